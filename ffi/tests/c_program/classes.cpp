// The classes of passthru.hpp: each is made, asked and let go.
//
//     classes DIRECTORY
//
// The first wrong answer is named and ends it.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <passthru.hpp>

#define EXPECT(condition)                                                              \
    do {                                                                               \
        if (!(condition)) {                                                            \
            std::fprintf(stderr, "classes.cpp:%d: expected %s\n", __LINE__, #condition); \
            std::exit(1);                                                              \
        }                                                                              \
    } while (0)

// What `lspci -nxxxx` prints of two functions of one conventional device.
static std::string dump()
{
    std::string text;
    for (const char *head : {"00:03.0 0200: 8086:100e\n", "00:03.1 0200: 8086:100e\n"}) {
        text += head;
        for (int line = 0; line < 16; line++) {
            char offset[8];
            std::snprintf(offset, sizeof offset, "%02x:", static_cast<unsigned>(line) * 16);
            text += offset;
            text += line == 0 ? " 86 80 0e 10 07 01 00 00 03 00 00 02 00 00 80 00\n"
                              : " 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n";
        }
        text += '\n';
    }
    return text;
}

// An x86 image of 512 bytes for 10de:2d04, whose bytes do not add up to 0.
static std::string image()
{
    std::string bytes(512, '\0');
    bytes.replace(0, 3, "\x55\xaa\x01", 3);
    bytes[0x18] = 0x40;
    bytes.replace(0x40, 8, "PCIR\xde\x10\x04\x2d", 8);
    bytes[0x4a] = 0x18;
    bytes[0x4f] = 3;
    bytes[0x50] = 1;
    bytes[0x55] = static_cast<char>(0x80);
    return bytes;
}

static void hosts(const std::string &directory)
{
    const auto host = passthru::Host::from_directory(directory);
    const auto report = host.doctor();
    EXPECT(report.exit_status() == 1 && report->schema() == "passthru-findings/1");
    EXPECT(report.text() == host.doctor().text());
    for (const passthru::Finding finding : report->findings()) {
        EXPECT(!finding.code().empty() && !finding.title().empty());
        for (const passthru::Address address : finding.devices())
            EXPECT(address.text().size() == 12 && passthru::Address(address.packed()) == address);
    }
    EXPECT(report->findings()[0].verdict() == passthru::verdict::blocker
           || report->findings()[0].verdict() == passthru::verdict::fix);
    const auto lines = host.doctor({}, PASSTHRU_FORMAT_JSON_LINES);
    EXPECT(lines.text().substr(0, 10) == "{\"schema\":" && !lines.json());
    const auto metrics = host.doctor({}, PASSTHRU_FORMAT_PROMETHEUS);
    EXPECT(metrics.text().find("passthru_problem") != std::string_view::npos);
    EXPECT(host.status().json()["schema"].text() == "passthru-status/1");
    EXPECT(host.report().text().find("<html") != std::string_view::npos);
    const auto list = host.list();
    EXPECT(list->devices().size() > 1);
    EXPECT(list->devices()[0].json()["address"].address() == list->devices()[0].address());
    const auto groups = host.groups();
    for (const passthru::Group group : groups->groups())
        EXPECT(!group.members().empty() && group.devices().size() <= group.members().size());
    const auto check = host.check();
    EXPECT(check->candidates().size() == 1 || !check->candidates().empty());
    EXPECT(!check->candidates()[0].readiness().empty());
    const auto ask = host.ask();
    EXPECT(ask->shell() == "posix");
    // Edits, and problems.
    const auto plan = host.plan({{"01:00"}, "proxmox", "100", std::nullopt});
    const auto content = plan.content();
    EXPECT(content.target() == "proxmox" && content.vm() == std::string_view("100"));
    EXPECT(content.devices()[0].address() == passthru::Address(0, 1, 0, 0));
    const auto read = passthru::Plan::from_json(plan.to_json());
    EXPECT(read.to_json() == plan.to_json());
    EXPECT(read.to_patch().text() == plan.to_patch().text());
    const auto released = host.release({"01:00"});
    EXPECT(released.content().binding() == "release");
    // What the input does not show is an exception, with its code.
    try {
        host.predict_groups();
        EXPECT(!"predicted");
    } catch (const passthru::Error &error) {
        EXPECT(error.status() == PASSTHRU_STATUS_NO_PREDICTION);
        EXPECT(error.failure().code() == "no-prediction" && !error.failure().line());
        EXPECT(error.failure().message() == error.what());
    }
}

static void predictions()
{
    std::size_t lines = 0;
    const passthru::Log log([&](passthru_log_level, std::string_view) { lines++; });
    passthru::Input input;
    input.add_text("lspci", dump()).add_absent("/etc/nothing");
    const auto host = passthru::Host::from_input(input, &log);
    const auto found = host.predict_groups({"00:03.0"});
    EXPECT(lines == 1 && found->rules() == "linux-6.1");
    const auto groups = found->groups();
    EXPECT(groups.size() == 1 && groups[0].devices().size() == 2);
    EXPECT(groups[0].devices()[1].function() == 1 && groups[0].links().size() == 1);
    EXPECT(groups[0].links()[0].a().function() == 1 && !groups[0].links()[0].reason().empty());
    EXPECT(found->alternative_groups().empty() && found->ungrouped().empty() && found->undecided().empty());
    EXPECT(!found->observed());
    const auto isolation = found->isolation();
    EXPECT(isolation && isolation->devices().size() == 1 && isolation->sharing().size() == 1);
    EXPECT(isolation->sharing()[0].address().function() == 1);
    EXPECT(isolation->sharing()[0].chains()[0].size() == 1 && isolation->changes().empty());
}

static void roms()
{
    const passthru::Rom rom(image());
    const auto info = rom.info();
    EXPECT(rom.data() == image() && info->images()[0].device() == "2d04");
    const auto report = rom.verify("10de:2d04", "seabios");
    EXPECT(report.exit_status() == 1 && report->answers().size() >= 4);
    EXPECT(report->findings()[0].code() == "rom-checksum");
    EXPECT(report->findings()[0].offset() == std::uint64_t(0));
    const auto fixed = rom.fix_checksum();
    EXPECT(fixed->changes().size() == 1 && fixed.data().size() == 512);
    EXPECT(passthru::Rom(fixed.data()).verify("10de:2d04", "seabios").exit_status() == 0);
    const auto patched = passthru::Rom(rom.patch_ids("10de:1c03").data()).info();
    EXPECT(patched->images()[0].device() == "1c03");
    const auto trimmed = rom.trim();
    EXPECT(trimmed->changes().empty());
    EXPECT(rom.extract().data().size() == 512);
    const auto carved = passthru::carve_roms("before" + std::string(fixed.data()) + "after");
    EXPECT(carved->roms().size() == 1 && carved->roms()[0].offset() == 6);
    EXPECT(carved.data() == fixed.data() && carved.data(1).empty());
    const auto differences = rom.diff(rom);
    EXPECT(differences->differences().empty());
    try {
        passthru::Rom::dump("/nowhere", passthru::Address(0, 1, 0, 0));
        EXPECT(!"dumped");
    } catch (const passthru::Error &error) {
        EXPECT(error.status() == PASSTHRU_STATUS_BAD_DEVICE);
    }
}

static void texts()
{
    const auto meaning = passthru::explain("amd_iommu=on");
    EXPECT(!meaning->meaning().empty() && meaning.text()[0] == '{');
    const auto listing = passthru::parse_listing(
        "Slot:\t01:00.0\nClass:\tVGA compatible controller [0300]\nVendor:\tNVIDIA Corporation "
        "[10de]\nDevice:\tGB206 [2d04]\nDriver:\tnouveau\nModule:\tnouveau\nModule:\tnvidiafb\n\n");
    const auto record = listing->records()[0];
    EXPECT(record.id() == std::string_view("10de:2d04"));
    EXPECT(record.driver() == std::string_view("nouveau") && !record.iommu_group());
    EXPECT(record.modules() && record.modules()->size() == 2);
    const auto machine = passthru::convert(
        "105.conf", "name: win\nmemory: 4096\nhostpci0: 01:00,pcie=1\n", "libvirt");
    EXPECT(machine->files()[0].text().find("<domain") != std::string_view::npos);
    for (const passthru::NotConverted setting : machine->not_converted())
        EXPECT(!setting.setting().empty() && !setting.reason().empty());
    const auto named = passthru::ids("10de:2d04");
    EXPECT(named->ids()[0].device() == std::string_view("2d04"));
    EXPECT(passthru::device_name(0x10de, 0x2d04).find("NVIDIA") == 0);
    // Documents move, and what they say stays.
    auto one = passthru::explain("amd_iommu=on");
    const auto said = one->meaning();
    const auto other = std::move(one);
    EXPECT(other->meaning() == meaning->meaning() && other->meaning().data() == said.data());
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    hosts(argv[1]);
    predictions();
    roms();
    texts();
}
