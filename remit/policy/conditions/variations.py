"""One reading with a few answers changed, again and again: only what depends on the changed atoms is asked anew."""

from __future__ import annotations

from typing import NamedTuple

from remit.policy.conditions.program import Answer, Given, Program, Reading


class Varied(NamedTuple):
    """What holds and what is unsure under changed answers, as in a `Reading`."""

    holding: int
    unsure: int


class Variations:
    """Tries changed answers on one reading. A scratch pad: not to be shared between threads."""

    def __init__(self, program: Program, reading: Reading) -> None:
        self._program = program
        self._answers = list(reading.answers)
        self._unknown = reading.unknown
        self._all = (1 << len(program.trees)) - 1
        self.unchanged = Varied(reading.holding, reading.unsure)
        self._yes = sum(1 << slot for slot, answer in enumerate(self._answers) if answer)
        self._no = sum(1 << slot for slot, answer in enumerate(self._answers) if answer is False)

    def where(self, given: Given, among: int = -1) -> Varied:
        """What follows from these answers in place of the reading's own. Only trees `among` these bits are asked
        anew; the others stay as they were.
        """
        changed = given.about & (self._yes ^ given.yes | self._no ^ given.no)
        if not changed:
            return self.unchanged
        before: list[tuple[int, Answer]] = []
        touched = self._answer(changed, given, before)
        varied = self._asked_anew(touched & among & self._all)
        for slot, answer in reversed(before):
            self._answers[slot] = answer
        return varied

    def _answer(self, changed: int, given: Given, before: list[tuple[int, Answer]]) -> int:
        """Put the changed answers in; returns the trees to ask again. `before` takes what was there."""
        answers, dependents = self._answers, self._program.dependents
        touched = 0
        while changed:
            bit = changed & -changed
            changed ^= bit
            slot = bit.bit_length() - 1
            before.append((slot, answers[slot]))
            answers[slot] = True if given.yes & bit else False if given.no & bit else None
            touched |= dependents[slot]
        for slot, bit, fact, meaning in self._program.derivations:
            if touched & bit:
                touched ^= bit
                answer = meaning(answers) if self._unknown & fact else answers[slot]
                if answers[slot] is not answer:
                    before.append((slot, answers[slot]))
                    answers[slot] = answer
                    touched |= dependents[slot]
        return touched

    def _asked_anew(self, touched: int) -> Varied:
        holding, unsure = self.unchanged
        holding &= ~touched
        unsure &= ~touched
        answers, tests = self._answers, self._program.tests
        while touched:
            bit = touched & -touched
            touched ^= bit
            result = tests[bit.bit_length() - 1](answers)
            if result:
                holding |= bit
            elif result is None:
                unsure |= bit
        return Varied(holding, unsure)


def together(given: tuple[Given, ...]) -> Given:
    """Answers about several facts as one."""
    about = yes = no = 0
    for one in given:
        about |= one.about
        yes |= one.yes
        no |= one.no
    return Given(about, yes, no)
