// Exceptions in the callbacks of a log.
//
//     callbacks raw     one leaves a callback of C: the program ends, with a message
//     callbacks kept    one leaves the callback of a passthru::Log: it is thrown again
#include <iostream>
#include <stdexcept>
#include <string_view>

#include <passthru.hpp>

static void throws(void *, std::uint32_t, const char *)
{
    throw std::runtime_error("from the callback");
}

static passthru_host *read(const passthru_context *context)
{
    static constexpr std::string_view lspci =
        "03:00.0 Ethernet controller [0200]: Intel Corporation I210 [8086:1533] (rev 03)\n";
    passthru_text text = {"lspci", reinterpret_cast<const std::uint8_t *>(lspci.data()),
                          lspci.size()};
    passthru_input *input = nullptr;
    passthru_host *host = nullptr;

    passthru_input_new(&input, nullptr);
    passthru_input_add_text(input, &text);
    passthru_host_open_input(input, context, &host, nullptr);
    passthru_input_free(input);
    return host;
}

int main(int argc, char **argv)
{
    const std::string_view way = argc == 2 ? argv[1] : "";
    if (way == "raw") {
        passthru_context *context = nullptr;
        passthru_context_new(throws, nullptr, &context, nullptr);
        passthru_host_free(read(context));
        return 0;
    }
    if (way == "kept") {
        std::size_t lines = 0;
        const passthru::Log log([&](passthru_log_level level, std::string_view message) {
            lines += level == PASSTHRU_LOG_LEVEL_INFO && message.find("lspci") == 0;
            throw std::runtime_error("from the callback");
        });
        const passthru::Host host(read(log.get()));
        try {
            log.rethrow();
        } catch (const std::runtime_error &error) {
            const auto list = host.list();
            std::cout << error.what() << ", after " << lines << " line and "
                      << list->devices().size() << " function\n";
            return 0;
        }
    }
    return 2;
}
