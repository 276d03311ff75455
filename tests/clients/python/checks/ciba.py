"""CIBA: from a backchannel request to tokens, in the three modes. The checks are the authorization server."""

import base64
import json
from urllib.parse import urlencode

from authlete.dto import (
    BackchannelAuthenticationCompleteRequest, BackchannelAuthenticationCompleteResult,
    BackchannelAuthenticationIssueRequest, BackchannelAuthenticationRequest, TokenRequest,
)

from checks.base import CLIENTS, Check

GRANT = 'urn:openid:params:grant-type:ciba'
NOTIFICATION_TOKEN = 'a.notification-token_~+/='
ENDPOINT = 'https://client.example.com/ciba'


def claims_of(id_token):
    payload = id_token.split('.')[1]
    return json.loads(base64.urlsafe_b64decode(payload + '=' * (-len(payload) % 4)))


class Journey(Check):
    """What an authorization server does, call by call."""

    def credentials(self, mode):
        return {'clientId': str(CLIENTS[mode]), 'clientSecret': f'mock-client-secret-ciba-{mode}'}

    def ask(self, mode, **form):
        parameters = {'scope': 'openid read', 'login_hint': 'john', 'binding_message': 'W4SCT', **form}
        if mode != 'poll':
            parameters['client_notification_token'] = NOTIFICATION_TOKEN
        if mode == 'push':
            parameters['user_code'] = '1234'
        return self.api.backchannelAuthentication(BackchannelAuthenticationRequest(
            {'parameters': urlencode(parameters), **self.credentials(mode)}))

    def issue(self, ticket):
        return self.api.backchannelAuthenticationIssue(BackchannelAuthenticationIssueRequest({'ticket': ticket}))

    def complete(self, ticket, result='AUTHORIZED', **members):
        request = BackchannelAuthenticationCompleteRequest({'ticket': ticket, 'subject': 'john', **members})
        request.result = BackchannelAuthenticationCompleteResult[result]
        return self.api.backchannelAuthenticationComplete(request)

    def token(self, mode, **form):
        return self.api.token(TokenRequest({'parameters': urlencode(form), **self.credentials(mode)}))

    def poll(self, mode, auth_req_id):
        return self.token(mode, grant_type=GRANT, auth_req_id=auth_req_id)

    def begin(self, mode):
        """The ticket and the auth_req_id of a request that was taken."""
        answer = self.assertAnswer(self.ask(mode), 'A179001', 'USER_IDENTIFICATION')
        self.assertEqual(answer.clientId, CLIENTS[mode])
        self.assertEqual(answer.deliveryMode.name, mode.upper())
        self.assertEqual(sorted(scope.name for scope in answer.scopes), ['openid', 'read'])
        self.assertEqual((answer.hintType.name, answer.hint), ('LOGIN_HINT', 'john'))
        self.assertEqual(answer.bindingMessage, 'W4SCT')
        self.assertEqual((answer.userCodeRequired, answer.userCode), (mode == 'push', '1234' if mode == 'push' else None))
        self.assertIsNone(answer.responseContent)
        issued = self.assertAnswer(self.issue(answer.ticket), 'A183001', 'OK')
        self.assertEqual((issued.expiresIn, issued.interval), (600, 5))
        content = json.loads(issued.responseContent)
        self.assertEqual(content['auth_req_id'], issued.authReqId)
        return answer.ticket, issued.authReqId

    def tokens(self):
        """What a finished journey in poll mode yields: a TokenResponse."""
        ticket, auth_req_id = self.begin('poll')
        self.complete(ticket)
        return self.assertAnswer(self.poll('poll', auth_req_id), 'A200002', 'OK')

    def assertError(self, answer, action, error, description=None):
        content = json.loads(answer.responseContent)
        self.assertEqual((answer.action.name, content['error']), (action, error), answer.resultMessage)
        if description is not None:
            self.assertEqual(content['error_description'], description)

    def assertTokens(self, answer):
        """The members that the SDK offers, and the same in what the client gets."""
        self.assertAnswer(answer, 'A200002', 'OK')
        content = json.loads(answer.responseContent)
        self.assertEqual(content['access_token'], answer.accessToken)
        self.assertEqual(content['refresh_token'], answer.refreshToken)
        self.assertEqual(content['id_token'], answer.idToken)
        self.assertEqual((content['token_type'], content['scope'], content['expires_in']), ('Bearer', 'openid read', 86400))
        self.assertEqual((answer.grantType.name, answer.subject, answer.scopes), ('CIBA', 'john', ['openid', 'read']))
        self.assertEqual(answer.clientAuthMethod.name, 'CLIENT_SECRET_BASIC')
        self.assertEqual((answer.accessTokenDuration, answer.refreshTokenDuration), (86400, 864000))
        claims = claims_of(answer.idToken)
        self.assertEqual((claims['sub'], claims['aud']), ('john', [str(answer.clientId)]))

    def assertNotification(self, answer, mode):
        self.assertAnswer(answer, answer.resultCode, 'NOTIFICATION')
        self.assertEqual(answer.deliveryMode.name, mode.upper())
        self.assertEqual((answer.clientNotificationEndpoint, answer.clientNotificationToken), (ENDPOINT, NOTIFICATION_TOKEN))
        return json.loads(answer.responseContent)


class Checks(Journey):
    def test_ciba_poll(self):
        ticket, auth_req_id = self.begin('poll')
        self.assertError(self.poll('poll', auth_req_id), 'BAD_REQUEST', 'authorization_pending')
        self.assertAnswer(self.complete(ticket), 'A198001', 'NO_ACTION')
        self.assertTokens(self.poll('poll', auth_req_id))
        self.assertError(self.poll('poll', auth_req_id), 'BAD_REQUEST', 'invalid_grant')

    def test_ciba_ping(self):
        ticket, auth_req_id = self.begin('ping')
        self.assertEqual(self.assertNotification(self.complete(ticket), 'ping'), {'auth_req_id': auth_req_id})
        self.assertTokens(self.poll('ping', auth_req_id))

    def test_ciba_push(self):
        ticket, auth_req_id = self.begin('push')
        self.assertError(self.poll('push', auth_req_id), 'BAD_REQUEST', 'unauthorized_client')
        answer = self.complete(ticket, claims=json.dumps({'name': '山田 太郎'}))
        pushed = self.assertNotification(answer, 'push')
        self.assertEqual(pushed['auth_req_id'], auth_req_id)
        self.assertEqual(pushed['access_token'], answer.accessToken)
        self.assertEqual(pushed['refresh_token'], answer.refreshToken)
        self.assertEqual(pushed['id_token'], answer.idToken)
        claims = claims_of(answer.idToken)
        self.assertEqual((claims['sub'], claims['name']), ('john', '山田 太郎'))
        self.assertEqual(claims['urn:openid:params:jwt:claim:auth_req_id'], auth_req_id)
        self.assertError(self.poll('push', auth_req_id), 'BAD_REQUEST', 'invalid_grant')

    def test_ciba_denied(self):
        for result, error in (('ACCESS_DENIED', 'access_denied'), ('TRANSACTION_FAILED', 'expired_token')):
            with self.subTest(result):
                ticket, auth_req_id = self.begin('poll')
                answer = self.complete(ticket, result, errorDescription='いいえ "no"')
                self.assertEqual(answer.action.name, 'NO_ACTION')
                self.assertError(self.poll('poll', auth_req_id), 'BAD_REQUEST', error, 'いいえ "no"')

    def test_ciba_refused(self):
        wrong = BackchannelAuthenticationRequest({
            'parameters': 'scope=openid&login_hint=john', 'clientId': str(CLIENTS['poll']), 'clientSecret': 'wrong'})
        self.assertError(self.api.backchannelAuthentication(wrong), 'UNAUTHORIZED', 'invalid_client')
        wrong.clientId = '1'
        self.assertError(self.api.backchannelAuthentication(wrong), 'UNAUTHORIZED', 'invalid_client')
        self.assertError(self.ask('poll', login_hint=''), 'BAD_REQUEST', 'invalid_request')
        nothing = self.api.backchannelAuthentication(BackchannelAuthenticationRequest())
        self.assertError(nothing, 'INTERNAL_SERVER_ERROR', 'server_error')
        self.assertAnswer(self.issue('no ticket'), 'A181201', 'INVALID_TICKET')
        self.assertAnswer(self.complete('no ticket'), 'A186202', 'SERVER_ERROR')
