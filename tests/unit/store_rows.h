/* Rows for tests of the store. */
#ifndef TESTS_STORE_ROWS_H
#define TESTS_STORE_ROWS_H

#include "store/store.h"

#define SERVICE(id, secret, at)                                                                    \
	(struct store_service)                                                                     \
	{                                                                                          \
		.service_id = (id), .api_secret = (secret), .created_at = (at),                    \
		.modified_at = (at), .document = STR("")                                           \
	}

#endif
