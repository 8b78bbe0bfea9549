/* libyaml, for the parser of the configuration file. */
#pragma once

#include <yaml.h>
