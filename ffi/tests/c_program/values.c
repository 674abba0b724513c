/*
 * Writes what passthru_value says of a document as JSON of its own, for a test that compares
 * it with the document's text: all that the text has can be read, and nothing else.
 *
 *     values DIRECTORY doctor|list|groups|check|ask|status|plan
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <passthru.h>

static void put_string(const char *text, size_t length)
{
    putchar('"');
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"' || text[i] == '\\')
            putchar('\\');
        if (text[i] == '\n')
            fputs("\\n", stdout);
        else if (text[i] == '\t')
            fputs("\\t", stdout);
        else if ((unsigned char)text[i] < 0x20)
            printf("\\u%04x", (unsigned)(unsigned char)text[i]);
        else
            putchar(text[i]);
    }
    putchar('"');
}

static void put(const passthru_value *value);

static void put_all(const passthru_value *value, char open, char close)
{
    putchar(open);
    for (size_t i = 0; i < passthru_value_length(value); i++) {
        const char *name = passthru_value_name(value, i);

        if (i > 0)
            putchar(',');
        if (name != NULL) {
            put_string(name, strlen(name));
            putchar(':');
            /* By its name it is the same. */
            if (passthru_value_member(value, name) != passthru_value_element(value, i))
                exit(3);
        }
        put(passthru_value_element(value, i));
    }
    putchar(close);
}

static void put(const passthru_value *value)
{
    uint64_t natural;
    int64_t integer;
    double number;
    size_t length;
    const char *text;

    switch (passthru_value_type(value)) {
    case PASSTHRU_TYPE_NULL:
        fputs("null", stdout);
        break;
    case PASSTHRU_TYPE_BOOLEAN:
        fputs(passthru_value_is_true(value) ? "true" : "false", stdout);
        break;
    case PASSTHRU_TYPE_INTEGER:
        if (passthru_value_unsigned(value, &natural))
            printf("%" PRIu64, natural);
        else if (passthru_value_integer(value, &integer))
            printf("%" PRId64, integer);
        break;
    case PASSTHRU_TYPE_NUMBER:
        if (passthru_value_number(value, &number))
            printf("%.17g", number);
        break;
    case PASSTHRU_TYPE_STRING:
        text = passthru_value_string(value, &length);
        put_string(text, length);
        break;
    case PASSTHRU_TYPE_ARRAY:
        put_all(value, '[', ']');
        break;
    case PASSTHRU_TYPE_OBJECT:
        put_all(value, '{', '}');
        break;
    default:
        exit(4);
    }
}

int main(int argc, char **argv)
{
    const char *card[] = {"01:00"};
    passthru_host *host = NULL;
    passthru_document *made = NULL;
    passthru_plan *plan = NULL;
    const passthru_document *document;
    passthru_status status = PASSTHRU_STATUS_BAD_REQUEST;

    if (argc != 3 || passthru_host_open_directory(argv[1], &host, NULL) != PASSTHRU_STATUS_OK)
        return 2;
    if (strcmp(argv[2], "doctor") == 0)
        status = passthru_host_doctor(host, NULL, 0, NULL, PASSTHRU_FORMAT_JSON, &made, NULL);
    else if (strcmp(argv[2], "list") == 0)
        status = passthru_host_list(host, NULL, 0, &made, NULL);
    else if (strcmp(argv[2], "groups") == 0)
        status = passthru_host_groups(host, NULL, 0, &made, NULL);
    else if (strcmp(argv[2], "check") == 0)
        status = passthru_host_check(host, NULL, 0, NULL, &made, NULL);
    else if (strcmp(argv[2], "ask") == 0)
        status = passthru_host_ask(host, NULL, 0, NULL, &made, NULL);
    else if (strcmp(argv[2], "status") == 0)
        status = passthru_host_status(host, &made, NULL);
    else if (strcmp(argv[2], "plan") == 0)
        status = passthru_host_plan(host, card, 1, "proxmox", "100", &plan, NULL);
    passthru_host_free(host);
    if (status != PASSTHRU_STATUS_OK)
        return 2;
    document = plan == NULL ? made : passthru_plan_document(plan);
    fputs(passthru_document_text(document), stdout);
    putchar('\f');
    put(passthru_document_value(document));
    passthru_plan_free(plan);
    passthru_document_free(made);
    return 0;
}
