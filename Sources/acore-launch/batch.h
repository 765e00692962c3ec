/// While launchers of a batch have still to start their workers, those whose worker has ended already leave the processors to them: what is
/// due must not wait for the records of what was quick.
#ifndef BATCH_H
#define BATCH_H

#include <stdint.h>

/// Makes the memory in which all launchers of one server tell each other; without it nobody waits.
void batch_open(void);

/// Before the launcher of a request is told to the starter: it is one of batch `number`, from 1 to 4095, or of none, 0. The first one opens
/// the batch.
void batch_join(uint32_t number);

/// The starter asks for no more launchers of this batch.
void batch_over(uint32_t number);

/// In a launcher, as soon as its worker executes its program, or never will.
void batch_started(void);

/// In a launcher: waits until all others of the batch have got there, or for a second, as one of them may have died.
void batch_wait(void);

/// In a launcher, as its last act: another that waits goes on.
void batch_pass_on(void);

#endif
