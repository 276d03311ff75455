/* The codes for what only a mock can say. As with Authlete's, the third digit from the right is the
 * class (1: the server's fault, 2: the caller's, 3: the client's). A code never changes its
 * meaning. */
#ifndef HTTP_MCODE_H
#define HTTP_MCODE_H

#define M_BUSY "M000101"            /* 503: too many bytes of bodies are under way */
#define M_NOT_BUILT "M000102"       /* 501: the operation is known, but not built yet */
#define M_SILOS_FULL "M000103"      /* 503: no room for another silo */
#define M_MEMORY_FULL "M000104"     /* 503: the silos have reached --max-memory */
#define M_FAULT "M000105"           /* any status: a fault that has no body of its own */
#define M_SNAPSHOTS_FULL "M000106"  /* 503: no room for another snapshot */
#define M_STOPPING "M000107"        /* 503: the server ends while the call waits */
#define M_SELF_CHECK "M000108"      /* 500: with --self-check, a reply that breaks its contract */
#define M_GRANT_NOT_BUILT "M000109" /* 501: the token endpoint has no code for the grant yet */
#define M_NO_PATH "M000201"         /* 404: nothing is served at this path */
#define M_SERVICE_SEGMENT "M000202" /* 404: the segment after /api/ is no service id */
#define M_METHOD "M000203"          /* 405 */
#define M_TOO_LARGE "M000204"       /* 413: the body is over --max-body */
#define M_MEDIA_TYPE "M000205"      /* 415: Content-Type is neither JSON nor a form */
#define M_STRICT "M000206"          /* 400: only --mode strict refuses it */
#define M_CONTROL "M000207"         /* 400: a control call's body or query is unusable */
#define M_NO_SERVICE "M000208"      /* 404: a control call names a service that does not exist */
#define M_NO_TICKET "M000209"       /* 404: the service has no such ticket */
#define M_TICKET_EXISTS "M000210"   /* 409 */
#define M_SERVICE_EXISTS "M000211"  /* 409 */
#define M_HEAD "M000212"         /* 400: the head of the request can be read in more than one way */
#define M_SILO_NAME "M000213"    /* 404: the segment after /s/ is no name of a silo */
#define M_NO_SILO "M000214"      /* 404 */
#define M_DEFAULT_SILO "M000215" /* 409: the default silo cannot be dropped */
#define M_NO_REQUEST "M000216"   /* 404: the journal has no such call */
#define M_NO_FAULT "M000217"     /* 404 */
#define M_NO_SNAPSHOT "M000218"  /* 404 */
#define M_SNAPSHOT_IMAGE "M000219"  /* 400: an uploaded snapshot is damaged, foreign or newer */
#define M_SNAPSHOT_NAME "M000220"   /* 400, 409: the name cannot be used for a snapshot */
#define M_ADMIN_TOKEN "M000221"     /* 401: a control call without the token of --admin-token */
#define M_TOO_MUCH "M000222"        /* 400: the call takes more memory than one call may */
#define M_REVOKES_NOTHING "M000231" /* 400: nothing says which tokens to revoke */
#define M_NO_ACCESS_TOKEN "M000241" /* 404: there is no managed access token of that id */
#define M_NO_RESOURCE "M000331"     /* a token is not for the resource that introspection names */
#define M_NO_NONCE "M000332"        /* a DPoP proof lacks the nonce that introspection demands */
#define M_SLOW_DOWN "M000333"       /* with --ciba-slow-down: the client polls too often */
#define M_RESOURCE_NOT_GRANTED "M000334" /* a token request asks for more resources */

#endif
