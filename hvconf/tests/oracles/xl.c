/* Reads xl.cfg texts with libxlutil, the library that xl itself reads them with.
 *
 * Standard input has one request a line, its bytes in hex: "c" and a text, or "p"
 * and an item of the list pci. A line is answered by a line: "refused", or what was
 * read, again in hex.
 */
#include <libxlutil.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char line[1 << 20], text[1 << 19];

static void hex(const char *what)
{
    for (; *what; what++)
        printf("%02x", (unsigned char)*what);
}

static void config(FILE *report, size_t length)
{
    static const char *const keys[] = { "pci", "name", "type", "memory", "x" };
    XLU_Config *cfg = xlu_cfg_init(report, "cfg");

    if (xlu_cfg_readdata(cfg, text, (int)length)) {
        printf("refused");
    } else {
        printf("taken");
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
            const char *value;
            XLU_ConfigList *list;
            int count;

            if (!xlu_cfg_get_string(cfg, keys[i], &value, 1)) {
                printf(" %s=", keys[i]);
                hex(value);
            } else if (!xlu_cfg_get_list(cfg, keys[i], &list, &count, 1)) {
                printf(" %s:", keys[i]);
                for (int item = 0; item < count; item++) {
                    const char *one = xlu_cfg_get_listitem(list, item);

                    if (one)
                        hex(one);
                    else
                        printf("list");
                    printf(",");
                }
            }
        }
    }
    xlu_cfg_destroy(cfg);
}

static void pci(FILE *report)
{
    XLU_Config *cfg = xlu_cfg_init(report, "cfg");
    libxl_device_pci device;

    libxl_device_pci_init(&device);
    if (xlu_pci_parse_spec_string(cfg, &device, text))
        printf("refused");
    else if (device.name)
        printf("name");
    else
        printf("%04x:%02x:%02x.%x %x %x %d %d %d %d %d", (unsigned)device.domain,
               (unsigned)device.bus, (unsigned)device.dev, (unsigned)device.func,
               (unsigned)device.vfunc_mask, (unsigned)device.vdevfn, device.permissive,
               device.msitranslate, device.power_mgmt, device.seize, (int)device.rdm_policy);
    xlu_cfg_destroy(cfg);
}

int main(void)
{
    FILE *report = fopen("/dev/null", "w");

    while (fgets(line, sizeof line, stdin)) {
        size_t length = 0;
        char what = line[0];

        for (const char *at = line + 1; at[0] && at[0] != '\n' && at[1]; at += 2) {
            char pair[3] = { at[0], at[1], 0 };

            text[length++] = (char)strtoul(pair, NULL, 16);
        }
        text[length] = 0;
        if (what == 'c')
            config(report, length);
        else
            pci(report);
        putchar('\n');
        fflush(stdout);
    }
    return 0;
}
