#include "listen.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "text.h"

/* A socket of our own: libmicrohttpd does not tell why it could not listen. */
int listen_open(const struct listen_at *at, struct err *err)
{
    struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(at->port) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int yes = 1;

    (void)inet_pton(AF_INET, at->address, &in.sin_addr);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) < 0 ||
        bind(fd, (const struct sockaddr *)&in, sizeof(in)) < 0 || listen(fd, SOMAXCONN) < 0) {
        err_set(err, ERR_SYSTEM, "cannot listen on %s:%u: %m", at->address, at->port);
        if (fd >= 0)
            (void)close(fd);
        return -1;
    }
    return fd;
}

int listen_given(void)
{
    const char *pid = getenv("LISTEN_PID"); // NOLINT(concurrency-mt-unsafe): before any thread
    const char *fds = getenv("LISTEN_FDS"); // NOLINT(concurrency-mt-unsafe)
    int64_t number;

    if (!pid || !fds || !text_to_i64(pid, 1, INT32_MAX, &number) || number != getpid() ||
        !text_to_i64(fds, 1, 2, &number))
        return 0;
    for (int fd = LISTEN_FIRST; fd < LISTEN_FIRST + (int)number; fd++) {
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
        (void)fcntl(fd, F_SETFL, O_NONBLOCK);
    }
    return (int)number;
}
