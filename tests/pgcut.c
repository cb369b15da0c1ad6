#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * pgcut SOCKET SERVER HOW [TIMES]: passes on what comes in at the Unix socket SOCKET to the
 * PostgreSQL at SERVER and back, and loses the answer to the first TIMES (1) COMMITs:
 *   before   the connection is cut in front of the COMMIT
 *   half     in the middle of it
 *   reset    in front of it, with what the client has sent unread: it gets ECONNRESET
 *   after    the server has committed, and its answer is lost with the connection
 */

static int make_socket(const char *path, struct sockaddr_un *address)
{
    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    (void)snprintf(address->sun_path, sizeof(address->sun_path), "%s", path);
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static bool write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);

        if (n <= 0)
            return false;
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

/* The statement is short, and sent by itself: it comes in one piece. */
static char *find_commit(char *bytes, size_t len)
{
    return memmem(bytes, len, "\0COMMIT\0", 8);
}

/* What the client sends; false when the connection is to end. */
static bool from_client(int client, int server, const char *how, bool *committing)
{
    static char bytes[1 << 16];
    ssize_t n = recv(client, bytes, sizeof(bytes), MSG_PEEK);
    const char *commit;

    if (n > 0 && strcmp(how, "reset") == 0 && find_commit(bytes, (size_t)n)) {
        *committing = true;
        return false;
    }
    n = read(client, bytes, sizeof(bytes));
    if (n <= 0)
        return false;
    commit = *how ? find_commit(bytes, (size_t)n) : NULL;
    if (!commit)
        return write_all(server, bytes, (size_t)n);
    *committing = true;
    if (strcmp(how, "after") == 0)
        return write_all(server, bytes, (size_t)n);
    if (strcmp(how, "half") == 0)
        (void)write_all(server, bytes, (size_t)(commit + 4 - bytes));
    return false;
}

static bool from_server(int server, int client, bool committing)
{
    static char bytes[1 << 16];
    ssize_t n = read(server, bytes, sizeof(bytes));

    if (n <= 0)
        return false;
    if (committing && memmem(bytes, (size_t)n, "COMMIT", 7))
        return false;
    return write_all(client, bytes, (size_t)n);
}

/* Returns whether a COMMIT was met. */
static bool pass_on(int client, int server, const char *how)
{
    struct pollfd fds[2] = { { .fd = client, .events = POLLIN },
                             { .fd = server, .events = POLLIN } };
    bool committing = false;

    while (poll(fds, 2, -1) > 0) {
        if (fds[0].revents && !from_client(client, server, how, &committing))
            break;
        if (fds[1].revents && !from_server(server, client, committing))
            break;
    }
    return committing;
}

/* One connection to its end; *left: so many more are to be cut, of all that there are. */
static void serve(int client, const char *path, const char *how, int *left)
{
    struct sockaddr_un there;
    int server = make_socket(path, &there);

    if (connect(server, (struct sockaddr *)&there, sizeof(there)) == 0 &&
        pass_on(client, server, *left > 0 ? how : ""))
        --*left;
}

int main(int argc, char **argv)
{
    struct sockaddr_un here;
    int *left =
        mmap(NULL, sizeof(*left), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int door = argc > 3 && left != MAP_FAILED ? make_socket(argv[1], &here) : -1;

    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGCHLD, SIG_IGN);
    if (door < 0 || bind(door, (struct sockaddr *)&here, sizeof(here)) < 0 || listen(door, 8) < 0) {
        (void)fprintf(stderr, "pgcut: %s\n", strerror(errno));
        return 1;
    }
    *left = argc > 4 ? (int)strtol(argv[4], NULL, 10) : 1;
    for (;;) { /* a process each: a run has a second one, which tells how far it is */
        int client = accept(door, NULL, NULL);

        if (client >= 0 && fork() == 0) {
            serve(client, argv[2], argv[3], left);
            return 0;
        }
        (void)close(client);
    }
}
