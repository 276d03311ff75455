#include "seed.h"

/* The same in every release: people put these names into their tests. */
const char seed_builtin[] =
	"{\"organizationTokens\":[\"mock-org-token\"],"
	"\"owner\":{\"key\":\"mock-owner-key\",\"secret\":\"mock-owner-secret\"},"
	"\"services\":[{\"serviceId\":2884000001,\"apiSecret\":\"mock-service-secret\","
	"\"accessTokens\":[\"mock-service-token\"],\"tickets\":["
	"{\"ticket\":\"mock-ticket-1\",\"expiresIn\":\"never\"},"
	"{\"ticket\":\"mock-ticket-2\",\"expiresIn\":\"never\"},"
	"{\"ticket\":\"mock-ticket-3\",\"expiresIn\":\"never\"},"
	"{\"ticket\":\"mock-ticket-4\",\"expiresIn\":\"never\"},"
	"{\"ticket\":\"mock-ticket-5\",\"expiresIn\":\"never\"},"
	"{\"ticket\":\"mock-ticket-6\",\"expiresIn\":\"never\"},"
	"{\"ticket\":\"mock-ticket-7\",\"expiresIn\":\"never\"},"
	"{\"ticket\":\"mock-ticket-8\",\"expiresIn\":\"never\"},"
	"{\"ticket\":\"mock-ticket-9\",\"expiresIn\":\"never\"}]}]}";
