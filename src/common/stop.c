#include "stop.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

static int fd = -1;
static int received;

int stop_init(struct err *err)
{
    sigset_t set;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    (void)signal(SIGPIPE, SIG_IGN); /* a reader of our output that left is no reason to die */
    fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return fd < 0 ? err_set(err, ERR_SYSTEM, "signalfd: %m") : 0;
}

int stop_fd(void)
{
    return fd;
}

int stop_signal(void)
{
    struct signalfd_siginfo info;
    struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

    if (received == 0 && fd >= 0 && poll(&poll_fd, 1, 0) > 0 &&
        read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
        received = (int)info.ssi_signo;
    return received;
}

int stop_wait(int ms)
{
    struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

    if (received == 0)
        (void)poll(&poll_fd, 1, ms);
    return stop_signal();
}
