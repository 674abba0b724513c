/* The floor of a start: a program that prints a word. */
#include <stdio.h>

int main(void)
{
    return puts("hello") < 0;
}
