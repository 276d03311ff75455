#include "entity/entity.h"

#include "core/json.h"
#include "core/schema.h"

#define SECOND_MS 1000

int64_t entity_time(int64_t now)
{
	return now / SECOND_MS * SECOND_MS;
}

struct str entity_document(struct arena *a, const struct schema *s, const struct cJSON *object)
{
	struct buf out = buf_make(a, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	buf_reserve(&out, 4096);
	schema_record(s, object, &w);
	return buf_str(&out);
}
