#include "rejects.h"

#include <stdio.h>
#include <string.h>

#include "json_out.h"
#include "layout.h"
#include "mem.h"
#include "sql.h"
#include "text.h"

/* The columns of sql/command/rejects.sql. */
enum { PATH, LINE, OFFSET, COLUMN, REASON, DETAIL, RAW, HEADER, FILE_ID, BY_RUN, BY_PATH, BY_LINE };

/* What is printed, and of which header the CSV is so far. */
struct rejects {
    const struct source *source;
    enum rejects_as as;
    bool resolved;
    const PGresult *res;
    char *header; /* as the result has it; NULL: none was printed */
};

static void print_text(const struct rejects *rejects, int row)
{
    const char *column = PQgetvalue(rejects->res, row, COLUMN);

    (void)printf("%s:%s: %s%s%s%s", PQgetvalue(rejects->res, row, PATH),
                 PQgetvalue(rejects->res, row, LINE), column[0] ? "column '" : "", column,
                 column[0] ? "': " : "", PQgetvalue(rejects->res, row, DETAIL));
    if (!PQgetisnull(rejects->res, row, BY_RUN))
        (void)printf("; resolved by %s:%s in run %s", PQgetvalue(rejects->res, row, BY_PATH),
                     PQgetvalue(rejects->res, row, BY_LINE), PQgetvalue(rejects->res, row, BY_RUN));
    (void)putchar('\n');
}

static void print_json(const struct rejects *rejects, int row)
{
    cJSON *object = cJSON_CreateObject();

    json_text(object, "path", PQgetvalue(rejects->res, row, PATH));
    json_i64(object, "line", db_i64(rejects->res, row, LINE));
    json_i64(object, "byte_offset", db_i64(rejects->res, row, OFFSET));
    json_text(object, "column", PQgetvalue(rejects->res, row, COLUMN));
    json_text(object, "reason", PQgetvalue(rejects->res, row, REASON));
    json_text(object, "detail", PQgetvalue(rejects->res, row, DETAIL));
    json_text(object, "resolved_run", PQgetvalue(rejects->res, row, BY_RUN));
    json_text(object, "resolved_path", PQgetvalue(rejects->res, row, BY_PATH));
    if (!PQgetisnull(rejects->res, row, BY_LINE))
        json_i64(object, "resolved_line", db_i64(rejects->res, row, BY_LINE));
    json_print(object);
}

/* A bytea as the bytes that it is, and a line's end. */
static void print_bytes(const char *value)
{
    size_t len = 0;
    unsigned char *bytes = PQunescapeBytea((const unsigned char *)value, &len);

    if (bytes)
        (void)fwrite(bytes, 1, len, stdout);
    (void)putchar('\n');
    PQfreemem(bytes);
}

/* In quotes where it needs them, and a separator behind it. */
static void print_field(const struct source *source, const char *text)
{
    const char special[] = { source->separator, source->quote, '\n', '\r', '\0' };
    bool quoted = source->quote != '\0' && text[strcspn(text, special)] != '\0';

    if (quoted)
        (void)putchar(source->quote);
    for (; *text; text++) {
        if (quoted && *text == source->quote)
            (void)putchar(source->quote);
        (void)putchar(*text);
    }
    if (quoted)
        (void)putchar(source->quote);
    (void)putchar(source->separator);
}

static int print_csv(struct rejects *rejects, int row, struct err *err)
{
    static const int columns[] = { PATH, LINE, COLUMN, REASON };
    const char *header = PQgetvalue(rejects->res, row, HEADER);

    if (!rejects->header) {
        rejects->header = mem_copy(header);
        for (size_t i = 0; rejects->source->header && i < LAYOUT_REJECTED; i++)
            print_field(rejects->source, layout_rejected[i]);
        if (rejects->source->header)
            print_bytes(header);
    }
    if (strcmp(header, rejects->header) != 0)
        return err_set(err, ERR_FAILED,
                       "%s has another header than the files before it: they cannot be one CSV "
                       "(txingest rejects RUN --export takes those of one run)",
                       PQgetvalue(rejects->res, row, PATH));
    for (size_t i = 0; rejects->source->header && i < ARRAY_LEN(columns); i++)
        print_field(rejects->source, PQgetvalue(rejects->res, row, columns[i]));
    print_bytes(PQgetvalue(rejects->res, row, RAW));
    return 0;
}

static int print_page(struct rejects *rejects, struct err *err)
{
    for (int row = 0; row < PQntuples(rejects->res); row++) {
        if (rejects->as == REJECTS_TEXT)
            print_text(rejects, row);
        else if (rejects->as == REJECTS_JSON)
            print_json(rejects, row);
        else if (print_csv(rejects, row, err) < 0)
            return -1;
    }
    return 0;
}

static int print_all(struct rejects *rejects, struct db *db, const char *source_id, const char *run,
                     struct err *err)
{
    char file[TEXT_I64_SIZE] = "0";
    char offset[TEXT_I64_SIZE] = "0";
    int n;

    do {
        CLEANUP(db_clearp) PGresult *res = NULL;

        if (db_run(db, &sql_command_rejects,
                   STMT_ARGS({ "source", source_id }, { "run", run ? run : "" }, { "file", file },
                             { "offset", offset },
                             { "resolved", rejects->resolved ? "true" : "false" }),
                   &res, err) < 0)
            return -1;
        rejects->res = res;
        n = PQntuples(res);
        if (print_page(rejects, err) < 0)
            return -1;
        if (n > 0) {
            (void)text_from_i64(db_i64(res, n - 1, FILE_ID), file);
            (void)text_from_i64(db_i64(res, n - 1, OFFSET), offset);
        }
    } while (n > 0);
    return 0;
}

int rejects_print(struct db *db, const struct source *source, const char *run, enum rejects_as as,
                  bool resolved, struct err *err)
{
    struct rejects rejects = { .source = source, .as = as, .resolved = resolved };
    CLEANUP(db_clearp) PGresult *found = NULL;
    char id[TEXT_I64_SIZE];
    int64_t number;
    int rc;

    if (run && !text_to_i64(run, 1, INT64_MAX, &number))
        return err_set(err, ERR_USAGE, "'%s' is not a run's number (txingest status tells it)",
                       run);
    if (db_run(db, &sql_judge_source_find, STMT_ARGS({ "source", source->name }), &found, err) < 0)
        return -1;
    if (PQntuples(found) == 0)
        return 0;
    rc = print_all(&rejects, db, text_from_i64(db_i64(found, 0, 0), id), run, err);
    mem_freep(&rejects.header);
    return rc;
}
