"""Runs every check once for each version of the API that the SDK speaks; ../../README.md says what is printed."""

import faulthandler
import sys
import unittest
from importlib.metadata import version

from checks import ciba, errors, fail, management, tokens

MODULES = (fail, ciba, tokens, management, errors)


class Lines(unittest.TestResult):
    """A line for each check on stdout; what went wrong on stderr."""

    def __init__(self):
        super().__init__()
        self.counts = {'ok': 0, 'not ok': 0, 'skip': 0}
        self.verdict, self.why = 'ok', ''

    def startTest(self, test):
        super().startTest(test)
        self.verdict, self.why = 'ok', ''

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.verdict, self.why = 'skip', f': {reason}'

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._bad(self.failures[-1])

    def addError(self, test, err):
        super().addError(test, err)
        self._bad(self.errors[-1])

    def addSubTest(self, test, subtest, err):
        before = len(self.failures), len(self.errors)
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._bad(self.failures[-1] if len(self.failures) > before[0] else self.errors[-1])

    def _bad(self, entry):
        subject, trace = entry
        self.verdict = 'not ok'
        print(f'{subject}\n{trace}', file=sys.stderr)

    def stopTest(self, test):
        super().stopTest(test)
        self.counts[self.verdict] += 1
        print(f'{self.verdict} {test.label}{self.why if self.verdict == "skip" else ""}', flush=True)


def main():
    faulthandler.dump_traceback_later(300, exit=True)  # the SDK itself waits for ever
    print(f'sdk: authlete {version("authlete")}', flush=True)
    result = Lines()
    for api_version in ('V2', 'V3'):
        for module in MODULES:
            case = type(module.Checks.__name__, (module.Checks,), {'version': api_version})
            unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    print('{ok} passed, {not ok} failed, {skip} skipped'.format(**result.counts))
    return 0 if result.wasSuccessful() else 1


sys.exit(main())
