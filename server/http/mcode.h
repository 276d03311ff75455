/* The codes for what only a mock can say. As with Authlete's, the third digit from the right is the
 * class (1: the server's fault, 2: the caller's). A code never changes its meaning. */
#ifndef HTTP_MCODE_H
#define HTTP_MCODE_H

#define M_BUSY "M000101"            /* 503: too many bytes of bodies are under way */
#define M_NOT_BUILT "M000102"       /* 501: the operation is known, but not built yet */
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
#define M_HEAD "M000212" /* 400: the head of the request can be read in more than one way */

#endif
