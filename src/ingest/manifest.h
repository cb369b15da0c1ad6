#ifndef MANIFEST_H
#define MANIFEST_H

#include "files.h"
#include "job.h"

/*
 * What a sender says of a file X beside it:
 *
 *   X.sha256  the SHA-256 of its bytes as sha256sum writes it: hex, and perhaps a name
 *   X.info    lines "records = N" and "amount = N.NN": how many records it has, and the sum
 *             of their amounts whatever the currency (as NbOfTxs and CtrlSum of ISO 20022)
 *
 * fd: the file as it is going to be loaded, which is what is checked. Both are optional.
 * ERR_LEDGER: the file is not that. A manifest that cannot be read is ERR_FAILED.
 */
MUST_CHECK int manifest_check(struct job *job, const struct file *file, int fd, struct err *err);

#endif
