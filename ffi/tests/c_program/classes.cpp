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
    EXPECT(report.to_json_lines().text().substr(0, 10) == "{\"schema\":");
    EXPECT(report.to_prometheus().text().find("passthru_fault") != std::string_view::npos);
    EXPECT(host.status().text().find("passthru-status") != std::string_view::npos);
    EXPECT(host.page().text().find("<html") != std::string_view::npos);
    const auto groups = host.groups();
    for (const passthru::Group group : groups.groups())
        EXPECT(group.number() != UINT32_MAX && !group.members().empty());
    // What the input does not show is an exception, with its code.
    try {
        host.predict_groups();
        EXPECT(!"predicted");
    } catch (const passthru::Error &error) {
        EXPECT(error.status() == PASSTHRU_STATUS_NO_PREDICTION);
        EXPECT(error.code() == "no-prediction");
    }
}

static void predictions()
{
    std::size_t lines = 0;
    const passthru::Log log([&](passthru_log_level, std::string_view) { lines++; });
    passthru::Input input;
    input.add_text("lspci", dump()).add_absent("/etc/nothing");
    const auto host = passthru::Host::from_input(input, &log);
    EXPECT(lines == 1 && host.devices().size() == 2);
    const auto found = host.predict_groups({"00:03.0"});
    EXPECT(found.rules() == "linux-6.1");
    const auto groups = found.groups();
    EXPECT(groups.size() == 1 && groups[0].members.size() == 2);
    EXPECT(groups[0].members[1].function == 1 && groups[0].reasons.size() == 1);
    EXPECT(groups[0].reasons[0].a.function == 1 && !groups[0].reasons[0].reason.empty());
    EXPECT(found.groups(PASSTHRU_OUTCOME_NOT_ISOLATED).empty());
    EXPECT(found.ungrouped().empty() && found.undecided().empty() && found.changed().empty());
    EXPECT(found.observation() == PASSTHRU_OBSERVATION_NONE && !found.cause());
    EXPECT(found.mismatches(PASSTHRU_MISMATCH_MERGED).empty());
    const auto sharing = found.sharing();
    EXPECT(found.devices().size() == 1 && sharing.size() == 1);
    EXPECT(sharing[0].address.function == 1 && sharing[0].chains.at(0).size() == 1);
    EXPECT(found.changes().empty());
    EXPECT(found.to_json().find("passthru-predicted-groups/1") != std::string_view::npos);
}

static void roms()
{
    const passthru::Rom rom(image());
    EXPECT(rom.data() == image() && rom.images().at(0).device == 0x2d04);
    const auto report = rom.verify("10de:2d04", "seabios");
    EXPECT(report.has_fault() && report.answers().size() >= 4);
    EXPECT(report.findings().at(0).code == "rom-checksum");
    EXPECT(report.findings().at(0).offset == std::size_t(0));
    const auto fixed = rom.fix_checksum();
    EXPECT(fixed.changes().size() == 1 && fixed.data().size() == 512);
    EXPECT(!passthru::Rom(fixed.data()).verify("10de:2d04", "seabios").has_fault());
    EXPECT(passthru::Rom(rom.patch_ids("10de:1c03").data()).images().at(0).device == 0x1c03);
    EXPECT(rom.trim().changes().empty());
    EXPECT(rom.extract().parts().at(0).second.size() == 512);
    const auto carved = passthru::carve_roms("before" + std::string(fixed.data()) + "behind");
    EXPECT(carved.parts().size() == 1 && carved.parts()[0].first == 6);
    EXPECT(carved.parts()[0].second == fixed.data());
    try {
        passthru::Rom::dump("/nowhere", {0, 1, 0, 0});
        EXPECT(!"dumped");
    } catch (const passthru::Error &error) {
        EXPECT(error.status() == PASSTHRU_STATUS_BAD_DEVICE);
    }
}

static void texts()
{
    const passthru::Explanation meaning("amd_iommu=on");
    EXPECT(!meaning.meaning().empty() && meaning.to_json()[0] == '{');
    const passthru::Listing listing(
        "Slot:\t01:00.0\nClass:\tVGA compatible controller [0300]\nVendor:\tNVIDIA Corporation "
        "[10de]\nDevice:\tGB206 [2d04]\nDriver:\tnouveau\nModule:\tnouveau\nModule:\tnvidiafb\n\n");
    EXPECT(listing.records().at(0).ids.device == 0x2d04);
    EXPECT(listing.text(0, PASSTHRU_RECORD_TEXT_DRIVER) == std::string_view("nouveau"));
    EXPECT(!listing.text(1, PASSTHRU_RECORD_TEXT_DRIVER));
    EXPECT(listing.modules(0).size() == 2);
    const passthru::Conversion machine("105.conf", "name: win\nmemory: 4096\nhostpci0: 01:00,pcie=1\n",
                                       "libvirt");
    EXPECT(!machine.files().empty() && machine.to_json()[0] == '{');
    EXPECT(machine.files()[0].text.find("<domain") != std::string_view::npos);
    for (const auto &lost : machine.lost())
        EXPECT(!lost.what.empty() && !lost.reason.empty());
    // Objects move.
    passthru::Explanation one("amd_iommu=on");
    const passthru::Explanation other(std::move(one));
    EXPECT(other.meaning() == meaning.meaning());
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
