"""Refusals, as a user of the SDK meets them: AuthleteApiException with the reply in it."""

import os
from unittest.mock import patch

from authlete.api.authlete_api_exception import AuthleteApiException
from authlete.api.authlete_api_impl import AuthleteApiImpl
from authlete.conf import AuthleteEnvConfiguration
from authlete.dto import BackchannelAuthenticationFailRequest, Client, Service

from checks.base import ORGANIZATION, SERVICE, Check


def fail_with(api):
    return lambda: api.backchannelAuthenticationFail(BackchannelAuthenticationFailRequest({'ticket': 'mock-ticket-1'}))


class Checks(Check):
    def test_error_401(self):
        if self.version == 'V3':
            self.assertRefused(401, 'A458101', fail_with(self.connect(serviceAccessToken='unknown')))
        else:
            self.assertRefused(401, 'A003204', fail_with(self.connect(serviceApiSecret='wrong')))
            self.assertRefused(401, 'A003201', fail_with(self.connect(serviceApiKey='1')))
            self.assertRefused(401, 'A002205', self.connect(serviceOwnerApiSecret='wrong').getServiceList)
            self.assertRefused(401, 'A002201', self.connect(serviceOwnerApiKey='nobody').getServiceList)
        self.assertTrue(self.has_ticket('mock-ticket-1'))

    def test_error_403(self):
        if self.version == 'V2':
            self.forbidden_number()
            return
        other = self.connect(serviceAccessToken=ORGANIZATION).createService(Service({'serviceName': 'other'}))
        self.assertRefused(403, 'A457101', fail_with(self.connect(serviceApiKey=str(other.apiKey))))
        self.assertRefused(403, 'A457101', fail_with(self.connect(serviceApiKey='1')))
        self.assertRefused(403, 'A457101', self.api.createService, Service({'serviceName': 'not mine to make'}))
        self.assertTrue(self.has_ticket('mock-ticket-1'))

    def forbidden_number(self):
        """With 2.x the SDK sends key and secret only, which say themselves what service it is: another 403."""
        service = self.api.getService(SERVICE)
        service.clientsPerDeveloper = 1
        self.api.updateService(service)
        client = Client({'developer': 'somebody'})
        self.api.createClient(client)
        self.assertRefused(403, 'A123601', self.api.createClient, client)

    def test_error_400(self):
        client = Client({'clientName': 'x', 'redirectUris': ['https://client.example/cb#part']})
        self.assertRefused(400, 'A031210', self.api.createClient, client, says='redirectUris')
        request = BackchannelAuthenticationFailRequest({'ticket': 'mock-ticket-1'})
        request.reason = 'NO_REASON'  # the SDK lets it pass
        self.assertRefused(400, 'A126202', self.api.backchannelAuthenticationFail, request, says='/reason')
        request.reason = 7
        self.assertRefused(400, 'A126202', self.api.backchannelAuthenticationFail, request, says='/reason')
        self.assertTrue(self.has_ticket('mock-ticket-1'))

    def test_error_404(self):
        self.assertRefused(404, self.unknown_client, self.api.getClient, 1)

    def test_error_501(self):
        self.assertRefused(501, 'M000102', self.api.hskGetList, says='hsk/get/list')

    def test_error_network(self):
        """Nobody there, and a reply that breaks off: the cause is told, not an answer."""
        nobody = self.connect(baseUrl='http://127.0.0.1:9')
        self.control('POST', '/faults', json={'operation': '*', 'effect': {'truncate': 20}})
        for api in (nobody, self.api):
            with self.assertRaises(AuthleteApiException) as caught:
                fail_with(api)()
            self.assertIsNotNone(caught.exception.cause)
            self.assertIsNone(caught.exception.response)

    def test_error_fault(self):
        """An error that was ordered reads like any other."""
        self.control('POST', '/faults', json={'operation': '*', 'times': 1, 'effect': {'status': 503}})
        self.assertRefused(503, 'M000105', fail_with(self.api))
        fail_with(self.api)()
        self.assertFalse(self.has_ticket('mock-ticket-1'))

    def test_environment(self):
        """The SDK's own variables are enough: no line of set-up."""
        with patch.dict(os.environ, AUTHLETE_API_VERSION=self.version, AUTHLETE_BASE_URL=f'{self.url}/'):
            api = AuthleteApiImpl(AuthleteEnvConfiguration())
        self.assertEqual(fail_with(api)().responseContent, '{"error":"server_error"}')
        self.assertFalse(self.has_ticket('mock-ticket-1'))

    def test_echo(self):
        """The simplest call there is; the SDK leaves /api out of its path."""
        self.assertEqual(self.api.echo({'a': '1', 'b': '試 &='}), {'a': '1', 'b': '試 &='})
