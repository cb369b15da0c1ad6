#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * killat N COMMAND…: kills COMMAND with SIGKILL when it enters its N-th system call, threads
 * counted in. N = 0: lets it run, and writes to descriptor 3 how many it made. The status is
 * COMMAND's, or 128 and its signal, as a shell has it.
 */

enum { OPTIONS = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE };

static int fail(const char *what)
{
    (void)fprintf(stderr, "killat: %s: %s\n", what, strerror(errno));
    return 125;
}

static int be_traced(char **command)
{
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
        return fail("ptrace");
    (void)execvp(command[0], command);
    return fail(command[0]);
}

static bool enters_call(pid_t thread)
{
    struct __ptrace_syscall_info info = { 0 };

    return ptrace(PTRACE_GET_SYSCALL_INFO, thread, (void *)sizeof(info), &info) > 0 &&
           info.op == PTRACE_SYSCALL_INFO_ENTRY;
}

/* The signal that a stopped thread goes on with: its own ones, not those of the tracing. */
static int signal_of(int status)
{
    int sig = WSTOPSIG(status);

    return sig == SIGTRAP || sig == (SIGTRAP | 0x80) || sig == SIGSTOP ? 0 : sig;
}

/* Follows the child until its end. */
static int follow(pid_t child, long n, long *ret_calls)
{
    int status;

    for (;;) {
        pid_t thread = waitpid(-1, &status, __WALL);

        if (thread < 0)
            return fail("wait");
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            if (thread != child)
                continue;
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
        if (WSTOPSIG(status) == (SIGTRAP | 0x80) && enters_call(thread) && ++*ret_calls == n)
            (void)kill(child, SIGKILL);
        (void)ptrace(PTRACE_SYSCALL, thread, NULL, (void *)(intptr_t)signal_of(status));
    }
}

int main(int argc, char **argv)
{
    long n = argc > 2 ? strtol(argv[1], NULL, 10) : -1;
    long calls = 0;
    pid_t child;
    int status;

    if (n < 0) {
        (void)fprintf(stderr, "usage: killat N COMMAND…\n");
        return 125;
    }
    child = fork();
    if (child < 0)
        return fail("fork");
    if (child == 0)
        return be_traced(argv + 2);
    if (waitpid(child, &status, 0) < 0 || !WIFSTOPPED(status))
        return fail(argv[2]);
    if (ptrace(PTRACE_SETOPTIONS, child, NULL, (void *)(intptr_t)OPTIONS) < 0 ||
        ptrace(PTRACE_SYSCALL, child, NULL, NULL) < 0)
        return fail("ptrace");
    status = follow(child, n, &calls);
    if (n == 0)
        (void)dprintf(3, "%ld\n", calls);
    return status;
}
