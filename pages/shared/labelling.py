"""What an analyst changes about one result, step by step, and what of it is saved. No Streamlit."""

from __future__ import annotations

import dataclasses
import secrets
from dataclasses import dataclass

from segmentation.edits import NO_CHANGES, Edits

STEPS = 100


@dataclass(frozen=True)
class Labelling:
    """The changes to the result with the key `result`, the earlier ones and those undone.

    `key` names the act of saving this state, so that however often that is tried it makes one
    version; it is another one after every change. `line`, `parent`: the cohort set and version
    that were saved last; "" before. `saved`: what was saved; None before.
    """

    result: str
    edits: Edits = NO_CHANGES
    past: tuple[Edits, ...] = ()
    ahead: tuple[Edits, ...] = ()
    key: str = ""
    line: str = ""
    parent: str = ""
    saved: Edits | None = None

    @property
    def unsaved(self) -> bool:
        """Whether there is something that only a draft keeps."""
        return self.edits != (self.saved or NO_CHANGES)

    def changed(self, edits: Edits) -> Labelling:
        """With other changes; those before can be had back."""
        if edits == self.edits:
            return self
        past = (*self.past, self.edits)[-STEPS:]
        return dataclasses.replace(self, edits=edits, past=past, ahead=(), key=new_key())

    def undone(self) -> Labelling:
        """As before the last change."""
        if not self.past:
            return self
        return dataclasses.replace(
            self,
            edits=self.past[-1],
            past=self.past[:-1],
            ahead=(*self.ahead, self.edits),
            key=new_key(),
        )

    def redone(self) -> Labelling:
        """As before the last `undone`."""
        if not self.ahead:
            return self
        return dataclasses.replace(
            self,
            edits=self.ahead[-1],
            past=(*self.past, self.edits),
            ahead=self.ahead[:-1],
            key=new_key(),
        )

    def kept_as(self, line: str, version: str, edits: Edits) -> Labelling:
        """Once `edits` are saved as a version of a line. The key stays: asked to save the same
        once more, the database knows that it is done."""
        return dataclasses.replace(self, line=line, parent=version, saved=edits)


def new_key() -> str:
    return secrets.token_urlsafe(16)
