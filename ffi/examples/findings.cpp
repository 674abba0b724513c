// findings: the problems of PCI passthrough on a host, and a plan's edits.
//
//     findings DIR [DEVICE TARGET [VM]]
//
// Build it:
//
//     c++ -std=c++17 findings.cpp $(pkg-config --cflags --libs passthru) -o findings
//
// Objects free themselves, values and strings are views that live as long as their document,
// and what fails is a passthru::Error.
#include <iostream>
#include <string_view>

#include <passthru.hpp>

int main(int argc, char **argv)
{
    if (argc < 2) {
        std::cerr << "usage: findings DIR [DEVICE TARGET [VM]]\n";
        return 2;
    }
    try {
        const auto host = passthru::Host::from_directory(argv[1]);
        if (argc < 4) {
            const auto report = host.doctor();
            for (const passthru::Finding finding : report->findings()) {
                std::cout << finding.verdict() << ": " << finding.title() << " ["
                          << finding.code() << "]\n";
                for (const passthru::Evidence line : finding.evidence())
                    std::cout << "    | " << line.source() << ": " << line.text() << '\n';
                if (const auto remedy = finding.remedy())
                    std::cout << "    -> " << remedy->text().value_or(remedy->kind()) << '\n';
            }
            return static_cast<int>(report.exit_status());
        }
        passthru::Request request;
        request.devices.push_back(argv[2]);
        request.target = argv[3];
        if (argc > 4)
            request.vm = argv[4];
        std::cout << host.plan(request).to_patch().text();
        return 0;
    } catch (const passthru::Error &error) {
        std::cerr << "findings: " << error.failure().code() << ": " << error.what() << '\n';
        if (const auto help = error.failure().help())
            std::cerr << "expected: " << *help << '\n';
        return 2;
    }
}
