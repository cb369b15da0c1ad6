#include "session.h"

#include <string.h>

#include "migrate.h"

#define WORK_MEM "64MB" /* a day's subjects grouped without a file */

int session_conf(struct session *session, struct err *err)
{
    session->conf = conf_read(session->options->config, err);
    return session->conf ? 0 : -1;
}

int session_sources(struct session *session, struct err *err)
{
    const struct conf *conf = session->conf;
    const char *wanted = session->options->source;
    const char *section;
    size_t n = 0;

    for (size_t i = 0; (section = conf_section(conf, "source", i)) != NULL; i++) {
        session->sources = mem_resize(session->sources, n + 1, sizeof(*session->sources));
        if (source_read(conf, section, &session->sources[n], err) < 0)
            return -1;
        if (!wanted || strcmp(session->sources[n].name, wanted) == 0)
            n++;
    }
    session->n_sources = n;
    if (n > 0)
        return 0;
    return wanted ? err_set(err, ERR_USAGE, "%s has no [source %s]", conf_path(conf), wanted)
                  : err_set(err, ERR_USAGE, "%s has no [source NAME]", conf_path(conf));
}

int session_source(struct session *session, const char *question, struct err *err)
{
    if (session_sources(session, err) < 0)
        return -1;
    return session->n_sources == 1 ? 0
                                   : err_set(err, ERR_USAGE, "%s --source NAME says it", question);
}

int session_keep_source(struct session *session, const char *name, struct err *err)
{
    for (size_t i = 0; i < session->n_sources; i++)
        if (strcmp(session->sources[i].name, name) == 0) {
            session->sources[0] = session->sources[i];
            session->n_sources = 1;
            return 0;
        }
    return err_set(err, ERR_USAGE, "the run is one of source %s, which %s has not", name,
                   conf_path(session->conf));
}

int session_files(struct session *session, struct err *err)
{
    const struct options *options = session->options;

    if (options->n_operands == 0)
        return 0;
    if (session->n_sources > 1)
        return err_set(err, ERR_USAGE, "files belong to one source: --source NAME says which");
    return files_given(options->operands, options->n_operands, &session->given, err);
}

int session_detectors(struct session *session, struct err *err)
{
    session->detectors = detectors_read(session->conf, err);
    return session->detectors ? 0 : -1;
}

int session_connect(struct session *session, struct err *err)
{
    const struct options *options = session->options;
    const char *conninfo = conf_get(session->conf, "database", "conninfo");
    struct db_options db = { .conninfo = options->conninfo ? options->conninfo : conninfo,
                             .program = "txingest",
                             .work_mem = WORK_MEM,
                             .stoppable = true,
                             .read_only = options_only_read(options) };
    int64_t timeout = 0;

    if (conf_seconds(session->conf, "database", "timeout", &timeout, err) < 0)
        return -1;
    db.timeout = (int)timeout;
    session->db = db_open(&db, err);
    return session->db ? 0 : -1;
}

int session_db(struct session *session, struct err *err)
{
    return session_connect(session, err) < 0 ? -1 : migrate_check(session->db, err);
}

void session_release(struct session *session)
{
    db_closep(&session->db);
    detectors_freep(&session->detectors);
    files_release(&session->given);
    mem_freep(&session->sources);
    conf_freep(&session->conf);
}
