"""The root of the API: its blueprint, to which every noun adds its routes."""

from flask import Blueprint

from xla.web.api.problems import Problem, refused

api = Blueprint("api", __name__, url_prefix="/api/v1")
api.register_error_handler(Problem, refused)
