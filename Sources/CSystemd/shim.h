/* libsystemd, for the conversation with the service manager and the journal. */
#pragma once

#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>
