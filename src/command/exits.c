#include "exits.h"

#include <stdlib.h>

#include "stop.h"

int exit_status(const struct err *err)
{
    switch (err->code) {
    case ERR_USAGE:
        return EXIT_USAGE;
    case ERR_SCHEMA:
        return EXIT_SCHEMA;
    case ERR_BUSY:
        return EXIT_BUSY;
    case ERR_PERMISSION:
        return EXIT_PERMISSION;
    case ERR_REJECTED:
        return EXIT_REJECTED;
    case ERR_LEDGER:
        return EXIT_LEDGER;
    case ERR_STOPPED:
        return EXIT_SIGNAL + stop_signal();
    default:
        return EXIT_FAILURE;
    }
}

int exit_first(int before, int now)
{
    return before == EXIT_SUCCESS || (before == EXIT_PARTIAL && now != EXIT_SUCCESS) ? now : before;
}
