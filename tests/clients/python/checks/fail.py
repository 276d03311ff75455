"""backchannel/authentication/fail."""

import json

from authlete.dto import BackchannelAuthenticationFailReason, BackchannelAuthenticationFailRequest

from checks.base import Check

ACTIONS = {
    'ACCESS_DENIED': 'FORBIDDEN',
    'EXPIRED_LOGIN_HINT_TOKEN': 'BAD_REQUEST',
    'INVALID_BINDING_MESSAGE': 'BAD_REQUEST',
    'INVALID_TARGET': 'BAD_REQUEST',
    'INVALID_USER_CODE': 'BAD_REQUEST',
    'MISSING_USER_CODE': 'BAD_REQUEST',
    'SERVER_ERROR': 'INTERNAL_SERVER_ERROR',
    'UNAUTHORIZED_CLIENT': 'BAD_REQUEST',
    'UNKNOWN_USER_ID': 'BAD_REQUEST',
}
TEXTS = {
    'quotes and backslashes': 'He said "no" \\ and \'never\' /',
    'signs of forms and pages': 'a=b&c=d+e%20f<g>;#?',
    'Japanese': '利用者が見つかりません。',
    'beyond the first plane': 'no 🚫, 𠮷野家',
    'lines': 'one\ntwo\tthree\r\n\u0001',
}


class Checks(Check):
    def failed(self, **members):
        return self.api.backchannelAuthenticationFail(BackchannelAuthenticationFailRequest(members))

    def test_fail_reasons(self):
        self.assertEqual({reason.name for reason in BackchannelAuthenticationFailReason}, ACTIONS.keys())
        for number, reason in enumerate(BackchannelAuthenticationFailReason, 1):
            with self.subTest(reason.name):
                ticket = f'mock-ticket-{number}'
                self.assertTrue(self.has_ticket(ticket))
                answer = self.failed(ticket=ticket, reason=reason)
                self.assertAnswer(answer, 'A185001', ACTIONS[reason.name])
                self.assertEqual(answer.responseContent, f'{{"error":"{reason.name.lower()}"}}')
                self.assertFalse(self.has_ticket(ticket))

    def test_fail_defaults(self):
        """An empty request of this SDK is four nulls."""
        request = BackchannelAuthenticationFailRequest()
        self.assertEqual(set(json.loads(request.to_json()).values()), {None})
        empty = dict.fromkeys(('ticket', 'errorDescription', 'errorUri'), '')
        for members in ({}, empty, {'ticket': 'mock-ticket-1'}, {'ticket': 'mock-ticket-1'}, {'ticket': 'no ticket'}):
            with self.subTest(members=members):
                answer = self.assertAnswer(self.failed(**members), 'A185001', 'INTERNAL_SERVER_ERROR')
                self.assertEqual(answer.responseContent, '{"error":"server_error"}')
        self.assertFalse(self.has_ticket('mock-ticket-1'))
        self.assertTrue(self.has_ticket('mock-ticket-2'))

    def test_fail_text(self):
        """This SDK sends letters beyond ASCII as \\u escapes."""
        for name, text in TEXTS.items():
            with self.subTest(name):
                request = BackchannelAuthenticationFailRequest()
                request.ticket = 'mock-ticket-1'
                request.reason = BackchannelAuthenticationFailReason.UNKNOWN_USER_ID
                request.errorDescription = text
                request.errorUri = f'https://as.example/e?{text}'
                answer = self.assertAnswer(self.api.backchannelAuthenticationFail(request), 'A185001', 'BAD_REQUEST')
                self.assertEqual(list(json.loads(answer.responseContent).items()), [
                    ('error', 'unknown_user_id'), ('error_description', text),
                    ('error_uri', f'https://as.example/e?{text}'),
                ])
