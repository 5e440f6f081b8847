"""What makes a file unfit to be taken, each as a key with its values: the page has the words."""


class Unfit(Exception):
    """The file can't be taken as it is; nothing of it was kept."""

    def __init__(self, problem: str, /, **values: object) -> None:
        super().__init__(f"{problem} {values}" if values else problem)
        self.problem = problem
        self.values = values
