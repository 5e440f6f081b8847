"""Kinds: which handler does which kind of work."""

from collections.abc import Mapping

from xla.core.work import Kind
from xla.jobs import deciding, lettering, reminding, reporting, sealing, stamping, telling
from xla.jobs.task import Handler

HANDLERS: Mapping[Kind, Handler] = {
    Kind.CLOSE: deciding.close,
    Kind.ACCEPT: deciding.accept,
    Kind.EVALUATE: deciding.evaluate,
    Kind.REMIND: reminding.remind,
    Kind.SEAL: sealing.seal,
    Kind.FORGET: deciding.forget,
    Kind.TELL: telling.tell,
    Kind.SEND: telling.send,
    Kind.DIGEST: lettering.digest,
    Kind.RENDER: reporting.render,
    Kind.DELIVER: reporting.deliver,
    Kind.STAMP: stamping.stamp,
}
