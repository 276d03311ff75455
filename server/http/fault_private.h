/* What a fault is made of; for fault*.c only. */
#ifndef HTTP_FAULT_PRIVATE_H
#define HTTP_FAULT_PRIVATE_H

#include <stdatomic.h>

#include "http/fault.h"

enum drop { DROP_NONE, DROP_BEFORE, DROP_AFTER };

struct effect {
	int64_t delay_ms;
	int status;      /* 0: not said */
	struct str body; /* STR_NONE: not said */
	const char *body_type;
	const char *result_code; /* of the forced action; NULL: none is forced */
	const char *result_when;
	const char *action;
	const char *sample; /* the reply's further members */
	struct header *headers;
	size_t n_headers;
	enum drop drop;
	int64_t truncate; /* -1: not said */
	bool corrupt;
};

/* Constant once it is in a list, but for the list's own members. A call on which it fires holds it
 * until its reply is sent, so it may leave the list meanwhile. */
struct fault {
	_Atomic unsigned holders;
	struct arena arena;  /* of all its texts */
	const struct op *op; /* NULL: any operation of the API */
	int64_t service_id;  /* 0: any */
	struct str client;   /* an id as text; STR_NONE: any, or none */
	uint64_t after, times;
	double probability;
	struct effect effect;
	struct str given; /* its members as they were given, without the braces around them */

	/* of the list, under its lock */
	struct fault *next;
	uint64_t id, matched, fired;
};

struct fault_hit {
	struct fault *fault;
	int64_t due_us; /* until then it delays the call; monotonic */
};

size_t fault_bytes(const struct fault *fault);

#endif
