/* Prints the table of settings as the README has it; tests/run compares the two. */
#include "config.h"

int main(void)
{
	config_print_markdown();
	return 0;
}
