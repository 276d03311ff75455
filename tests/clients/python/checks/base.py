"""What the checks share: a connection to a silo of the check's own, and how a refusal reads."""

import os
import unittest

import requests
from authlete.api.authlete_api_exception import AuthleteApiException
from authlete.api.authlete_api_impl import AuthleteApiImpl
from authlete.conf import AuthleteConfiguration

SERVICE = int(os.environ['AUTHLETE_SERVICE_APIKEY'])
ORGANIZATION = os.environ['AUTHLETE_SERVICEOWNER_ACCESSTOKEN']

# Of the built-in seed, by delivery mode.
CLIENTS = {'poll': 2884100003, 'ping': 2884100004, 'push': 2884100005}
MACHINE = 2884100007


class Check(unittest.TestCase):
    """One method is one check; the runner sets the version of the API: V2 or V3."""

    version = None

    @property
    def label(self):
        return f'{self.version.lower()}/{self._testMethodName.removeprefix("test_").replace("_", "-")}'

    def setUp(self):
        self.url = f'{os.environ["AUTHLETE_BASE_URL"]}/s/python-{self.label.replace("/", "-")}'
        self.api = self.connect()

    def connect(self, **settings):
        """The SDK as its users set it up: base URL and credentials, nothing else."""
        return AuthleteApiImpl(AuthleteConfiguration({
            'apiVersion': self.version,
            'baseUrl': self.url,
            'serviceApiKey': str(SERVICE),
            'serviceApiSecret': os.environ['AUTHLETE_SERVICE_APISECRET'],
            'serviceOwnerApiKey': os.environ['AUTHLETE_SERVICEOWNER_APIKEY'],
            'serviceOwnerApiSecret': os.environ['AUTHLETE_SERVICEOWNER_APISECRET'],
            'serviceAccessToken': os.environ['AUTHLETE_SERVICE_ACCESSTOKEN'],
            **settings,
        }))

    @property
    def unknown_client(self):
        """How client/get says that there is none."""
        return 'A027201' if self.version == 'V2' else 'A001212'

    def control(self, method, path, **options):
        """A control call of the mock, which no SDK has."""
        return requests.request(method, f'{self.url}/__admin{path}', timeout=10, **options)

    def has_ticket(self, ticket):
        return self.control('GET', f'/services/{SERVICE}/tickets/{ticket}').status_code == 200

    def assertAnswer(self, answer, code, action):
        """What every answer of an API with actions has."""
        self.assertEqual((answer.resultCode, answer.action.name), (code, action), answer.resultMessage)
        self.assertTrue(answer.resultMessage.startswith(f'[{code}] '), answer.resultMessage)
        return answer

    def assertRefused(self, status, code, call, *arguments, says=''):
        """The call raises what a user of the SDK catches."""
        with self.assertRaises(AuthleteApiException) as caught:
            call(*arguments)
        error = caught.exception
        self.assertIsNone(error.cause, error.message)
        self.assertEqual((error.response.status_code, error.response.json()['resultCode']), (status, code), error.message)
        self.assertTrue(error.message.startswith(f'[{code}] '), error.message)
        self.assertIn(says, error.message)
