// libpassthru for C++17: RAII objects over the functions of passthru.h.
//
// A call returns a Document; its value has a class for each form and its parts, generated from
// docs/documents.schema.json. A value, a list, and a std::string_view of them are valid as long as
// their document; nullable fields are std::optional.
// json() has fields that this header does not know. Objects are move-only, values are copyable.
// Failures throw passthru::Error. get() returns the C pointer of an object, for every function of
// passthru.h.
//
// A callback of a Log may throw: the exception is rethrown after the call returned.
#ifndef PASSTHRU_HPP
#define PASSTHRU_HPP

// Made from passthru.hpp.in and docs/documents.schema.json by `cargo xtask header`: changes
// made here are lost.

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "passthru.h"

#if PASSTHRU_VERSION_MAJOR != 0 || PASSTHRU_API_VERSION < 4
#error "passthru.hpp and passthru.h are of different versions"
#endif

namespace passthru {

class Address;
class Value;

namespace detail {

template <typename T, void (*release)(T *)> struct Release {
    void operator()(T *object) const noexcept { release(object); }
};

template <typename T, void (*release)(T *)> using Owned = std::unique_ptr<T, Release<T, release>>;

inline std::string_view bytes(const std::uint8_t *data, std::size_t length)
{
    return data == nullptr ? std::string_view()
                           : std::string_view(reinterpret_cast<const char *>(data), length);
}

} // namespace detail

// The address of a function.
class Address {
public:
    // Packed as by passthru_address_parse().
    explicit constexpr Address(std::uint64_t packed = 0) noexcept : packed_(packed) {}
    constexpr Address(std::uint32_t domain, std::uint8_t bus, std::uint8_t device,
                      std::uint8_t function) noexcept
        : packed_(std::uint64_t(domain) << 16 | std::uint64_t(bus) << 8
                  | (std::uint64_t(device) & 31) << 3 | (std::uint64_t(function) & 7))
    {
    }
    constexpr std::uint64_t packed() const noexcept { return packed_; }
    constexpr std::uint32_t domain() const noexcept
    {
        return static_cast<std::uint32_t>(packed_ >> 16);
    }
    constexpr std::uint8_t bus() const noexcept
    {
        return static_cast<std::uint8_t>(packed_ >> 8 & 255);
    }
    constexpr std::uint8_t device() const noexcept
    {
        return static_cast<std::uint8_t>(packed_ >> 3 & 31);
    }
    constexpr std::uint8_t function() const noexcept
    {
        return static_cast<std::uint8_t>(packed_ & 7);
    }
    // `0000:01:00.0`.
    std::string text() const
    {
        char text[32];
        return std::string(text, passthru_address_format(packed_, text, sizeof text));
    }
    friend constexpr bool operator==(Address a, Address b) { return a.packed_ == b.packed_; }
    friend constexpr bool operator!=(Address a, Address b) { return a.packed_ != b.packed_; }
    friend constexpr bool operator<(Address a, Address b) { return a.packed_ < b.packed_; }

private:
    std::uint64_t packed_;
};

// A value of a document, or none; a member of none is none.
class Value {
public:
    explicit Value(const passthru_value *value = nullptr) noexcept : value_(value) {}
    passthru_type type() const noexcept { return passthru_value_type(value_); }
    // Whether it exists and is not null.
    explicit operator bool() const noexcept { return type() > PASSTHRU_TYPE_NULL; }
    Value operator[](const char *name) const noexcept
    {
        return Value(passthru_value_member(value_, name));
    }
    // The element of an array, or the value of a member of an object.
    Value operator[](std::size_t index) const noexcept
    {
        return Value(passthru_value_element(value_, index));
    }
    // By a JSON pointer: `/findings/0/title`.
    Value at(const std::string &pointer) const noexcept
    {
        return Value(passthru_value_at(value_, pointer.c_str()));
    }
    std::size_t size() const noexcept { return passthru_value_length(value_); }
    // The name of a member of an object.
    std::string_view name(std::size_t index) const noexcept
    {
        const char *name = passthru_value_name(value_, index);
        return name == nullptr ? std::string_view() : std::string_view(name);
    }
    // The value of that type, else an empty text, false or 0.
    std::string_view text() const noexcept
    {
        std::size_t length = 0;
        const char *text = passthru_value_string(value_, &length);
        return text == nullptr ? std::string_view() : std::string_view(text, length);
    }
    bool is_true() const noexcept { return passthru_value_is_true(value_); }
    std::uint64_t natural() const noexcept
    {
        std::uint64_t number = 0;
        passthru_value_unsigned(value_, &number);
        return number;
    }
    std::int64_t integer() const noexcept
    {
        std::int64_t number = 0;
        passthru_value_integer(value_, &number);
        return number;
    }
    double number() const noexcept
    {
        double number = 0;
        passthru_value_number(value_, &number);
        return number;
    }
    Address address() const noexcept
    {
        std::uint64_t packed = 0;
        passthru_value_address(value_, &packed);
        return Address(packed);
    }
    const passthru_value *get() const noexcept { return value_; }

private:
    const passthru_value *value_;
};

namespace detail {

// A value with a class of the schema.
class Typed {
public:
    explicit Typed(Value value = Value()) noexcept : json_(value) {}
    // The untyped value.
    Value json() const noexcept { return json_; }

private:
    Value json_;
};

// Reads a value as its type of the schema.
template <typename T> struct Read {
    static T of(Value value) { return T(value); }
};
template <> struct Read<std::string_view> {
    static std::string_view of(Value value) { return value.text(); }
};
template <> struct Read<bool> {
    static bool of(Value value) { return value.is_true(); }
};
template <> struct Read<std::uint64_t> {
    static std::uint64_t of(Value value) { return value.natural(); }
};
template <> struct Read<std::int64_t> {
    static std::int64_t of(Value value) { return value.integer(); }
};
template <> struct Read<Address> {
    static Address of(Value value) { return value.address(); }
};
template <typename T> struct Read<std::optional<T>> {
    static std::optional<T> of(Value value)
    {
        return value ? std::optional<T>(Read<T>::of(value)) : std::nullopt;
    }
};

} // namespace detail

// An array of a document.
template <typename T> class List {
public:
    class Iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = T;
        using difference_type = std::ptrdiff_t;
        using pointer = void;
        using reference = T;

        Iterator(Value array, std::size_t index) noexcept : array_(array), index_(index) {}
        T operator*() const { return detail::Read<T>::of(array_[index_]); }
        Iterator &operator++() noexcept
        {
            ++index_;
            return *this;
        }
        Iterator operator++(int) noexcept
        {
            const Iterator before = *this;
            ++index_;
            return before;
        }
        bool operator==(const Iterator &other) const noexcept { return index_ == other.index_; }
        bool operator!=(const Iterator &other) const noexcept { return index_ != other.index_; }

    private:
        Value array_;
        std::size_t index_;
    };

    explicit List(Value array = Value()) noexcept : array_(array) {}
    std::size_t size() const noexcept { return array_.size(); }
    bool empty() const noexcept { return size() == 0; }
    // The element at an index, which must be in the list.
    T operator[](std::size_t index) const { return detail::Read<T>::of(array_[index]); }
    Iterator begin() const noexcept { return Iterator(array_, 0); }
    Iterator end() const noexcept { return Iterator(array_, size()); }

private:
    Value array_;
};

// Whether a reader accepts a ROM.
namespace acceptance {
inline constexpr std::string_view accepts = "accepts";
inline constexpr std::string_view refuses = "refuses";
inline constexpr std::string_view unknown = "unknown";
} // namespace acceptance

// passthru apply --dry-run --json: the reasons against applying a plan.
class ApplyCheck : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // One sentence for each.
    List<std::string_view> refusals() const
    {
        return detail::Read<List<std::string_view>>::of(json()["refusals"]);
    }
};

// passthru ask --json: one command that collects the facts that are not in the input.
class Ask : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // The shell of the command. One of posix, talos, esxi, windows.
    std::string_view shell() const { return detail::Read<std::string_view>::of(json()["shell"]); }
    // The facts that are not in the input, in words.
    List<std::string_view> not_shown() const
    {
        return detail::Read<List<std::string_view>>::of(json()["not_shown"]);
    }
    // The command; empty where no fact is missing.
    std::string_view command() const
    {
        return detail::Read<std::string_view>::of(json()["command"]);
    }
};

// Functions that must be assigned to the same guest, on a host without IOMMU groups (ESXi, Xen).
class AssignedTogether : public detail::Typed {
public:
    using Typed::Typed;
    // The functions.
    List<Address> devices() const { return detail::Read<List<Address>>::of(json()["devices"]); }
    // The reason. One of dependent-device, not-sharable, bus-reset.
    std::string_view reason() const { return detail::Read<std::string_view>::of(json()["reason"]); }
    // The common device, or null.
    std::optional<Address> device() const
    {
        return detail::Read<std::optional<Address>>::of(json()["device"]);
    }
};

// A fact that is not in the input and that a plan needs.
class Assumption : public detail::Typed {
public:
    using Typed::Typed;
    // hypervisor, boot-loader, initramfs, disk-unused or network-unused: the word for passthru
    // apply --accept.
    std::string_view fact() const { return detail::Read<std::string_view>::of(json()["fact"]); }
    // The assumed value; for disk and network the function that the host does not use.
    std::string_view value() const { return detail::Read<std::string_view>::of(json()["value"]); }
    // The reason.
    std::string_view reason() const { return detail::Read<std::string_view>::of(json()["reason"]); }
    // The command that shows the fact.
    List<std::string_view> argv() const
    {
        return detail::Read<List<std::string_view>>::of(json()["argv"]);
    }
};

// A base address register.
class Bar : public detail::Typed {
public:
    using Typed::Typed;
    // Its number, from 0.
    std::uint64_t bar() const { return detail::Read<std::uint64_t>::of(json()["bar"]); }
    // Its size in bytes.
    std::optional<std::uint64_t> size() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["size"]);
    }
    // The address space. One of io, memory.
    std::string_view kind() const { return detail::Read<std::string_view>::of(json()["kind"]); }
    // Whether it is prefetchable.
    bool prefetchable() const { return detail::Read<bool>::of(json()["prefetchable"]); }
    // Whether it is a 64-bit BAR.
    bool is_64_bit() const { return detail::Read<bool>::of(json()["is_64_bit"]); }
    // The sizes that it can be resized to, in bytes.
    List<std::uint64_t> resizable_to() const
    {
        return detail::Read<List<std::uint64_t>>::of(json()["resizable_to"]);
    }
};

// How a plan binds functions.
namespace binding {
inline constexpr std::string_view by_id = "by-id";
inline constexpr std::string_view by_address = "by-address";
inline constexpr std::string_view by_hypervisor = "by-hypervisor";
inline constexpr std::string_view release = "release";
} // namespace binding

// A finding that blocks a plan and that no edit corrects.
class Blocker : public detail::Typed {
public:
    using Typed::Typed;
    // The code of the finding.
    std::string_view code() const { return detail::Read<std::string_view>::of(json()["code"]); }
    // One sentence.
    std::string_view title() const { return detail::Read<std::string_view>::of(json()["title"]); }
    // What corrects it, or null.
    std::optional<std::string_view> remedy() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["remedy"]);
    }
    // The word for passthru apply --accept: display, disk, network, process, or the code.
    std::string_view accept() const { return detail::Read<std::string_view>::of(json()["accept"]); }
};

// The effect of a reset of a function's bus.
class BusReset : public detail::Typed {
public:
    using Typed::Typed;
    // The bridge that resets the bus; null where there is none.
    std::optional<Address> bridge() const
    {
        return detail::Read<std::optional<Address>>::of(json()["bridge"]);
    }
    // The other functions that are reset.
    List<Address> also_resets() const
    {
        return detail::Read<List<Address>>::of(json()["also_resets"]);
    }
    // The function that prevents the reset in Linux, or null.
    std::optional<Address> prevented_by() const
    {
        return detail::Read<std::optional<Address>>::of(json()["prevented_by"]);
    }
};

// Whether a card can be assigned.
namespace readiness {
inline constexpr std::string_view impossible = "impossible";
inline constexpr std::string_view blocked = "blocked";
inline constexpr std::string_view needs_fix = "needs-fix";
inline constexpr std::string_view not_enough_input = "not-enough-input";
inline constexpr std::string_view not_prepared = "not-prepared";
inline constexpr std::string_view no_problem_found = "no-problem-found";
inline constexpr std::string_view ready = "ready";
} // namespace readiness

// A line that proves a finding.
class Evidence : public detail::Typed {
public:
    using Typed::Typed;
    // The file on the host, or the command or text.
    std::string_view source() const { return detail::Read<std::string_view>::of(json()["source"]); }
    // The line in it, from 1; null where it is not a line, such as the target of a link.
    std::optional<std::uint64_t> line() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["line"]);
    }
    // The line, without its end.
    std::string_view text() const { return detail::Read<std::string_view>::of(json()["text"]); }
};

// Another function of a card's IOMMU group.
class OtherMember : public detail::Typed {
public:
    using Typed::Typed;
    // Its address.
    Address address() const { return detail::Read<Address>::of(json()["address"]); }
    // Its name.
    std::string_view name() const { return detail::Read<std::string_view>::of(json()["name"]); }
};

// What a finding means for passthrough, worst first.
namespace verdict {
inline constexpr std::string_view blocker = "blocker";
inline constexpr std::string_view impossible = "impossible";
inline constexpr std::string_view fix = "fix";
inline constexpr std::string_view security = "security";
inline constexpr std::string_view check = "check";
inline constexpr std::string_view no_effect = "no-effect";
inline constexpr std::string_view unknown = "unknown";
inline constexpr std::string_view harmless = "harmless";
inline constexpr std::string_view ok = "ok";
} // namespace verdict

// A key of a guest's configuration, and its value.
class GuestOption : public detail::Typed {
public:
    using Typed::Typed;
    // The key, such as balloon.
    std::string_view key() const { return detail::Read<std::string_view>::of(json()["key"]); }
    // The value.
    std::string_view value() const { return detail::Read<std::string_view>::of(json()["value"]); }
};

// What corrects a finding.
class Remedy : public detail::Typed {
public:
    using Typed::Typed;
    // Which it is: inspect, plan, manual, remove-kernel-option, set-kernel-option,
    // replace-kernel-option, regenerate-boot-loader, regenerate-initramfs, merge-vfio-ids,
    // remove-module-option, remove-module, remove-line, set-guest-options.
    std::string_view kind() const { return detail::Read<std::string_view>::of(json()["kind"]); }
    // Of inspect: The program and its arguments.
    std::optional<List<std::string_view>> argv() const
    {
        return detail::Read<std::optional<List<std::string_view>>>::of(json()["argv"]);
    }
    // Of plan: The arguments after passthru plan.
    std::optional<List<std::string_view>> arguments() const
    {
        return detail::Read<std::optional<List<std::string_view>>>::of(json()["arguments"]);
    }
    // Of manual: The stable name of the step.
    std::optional<std::string_view> step() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["step"]);
    }
    // Of manual: The instruction; passthru commands are in backticks. Of remove-line: The text of
    // the line.
    std::optional<std::string_view> text() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["text"]);
    }
    // Of remove-kernel-option: The option as typed. Of set-kernel-option: The option as typed. Of
    // replace-kernel-option: The option as typed. Of remove-module-option: The option.
    std::optional<std::string_view> option() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["option"]);
    }
    // Of set-kernel-option: The purpose.
    std::optional<std::string_view> purpose() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["purpose"]);
    }
    // Of replace-kernel-option: The new option.
    std::optional<std::string_view> replacement() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["replacement"]);
    }
    // Of merge-vfio-ids: The entries of all lists, in order.
    std::optional<List<std::string_view>> ids() const
    {
        return detail::Read<std::optional<List<std::string_view>>>::of(json()["ids"]);
    }
    // Of remove-module-option: The module. Of remove-module: The module.
    std::optional<std::string_view> module() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["module"]);
    }
    // Of remove-module: The file. Of remove-line: The file. Of set-guest-options: The file: a
    // .conf of Proxmox VE, or a .vmx.
    std::optional<std::string_view> path() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["path"]);
    }
    // Of remove-line: The line, from 1.
    std::optional<std::uint64_t> line() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["line"]);
    }
    // Of set-guest-options: The keys and their values.
    std::optional<List<GuestOption>> options() const
    {
        return detail::Read<std::optional<List<GuestOption>>>::of(json()["options"]);
    }
};

// One finding: a verdict on a host, with the lines that prove it.
class Finding : public detail::Typed {
public:
    using Typed::Typed;
    // The stable code, for passthru explain CODE.
    std::string_view code() const { return detail::Read<std::string_view>::of(json()["code"]); }
    // What it means for passthrough.
    std::string_view verdict() const
    {
        return detail::Read<std::string_view>::of(json()["verdict"]);
    }
    // The functions concerned; empty for the host.
    List<Address> devices() const { return detail::Read<List<Address>>::of(json()["devices"]); }
    // One sentence, with the names and values of this host.
    std::string_view title() const { return detail::Read<std::string_view>::of(json()["title"]); }
    // The codes of findings that follow from it.
    List<std::string_view> cause_of() const
    {
        return detail::Read<List<std::string_view>>::of(json()["cause_of"]);
    }
    // The lines that prove it.
    List<Evidence> evidence() const { return detail::Read<List<Evidence>>::of(json()["evidence"]); }
    // What corrects it, or null.
    std::optional<Remedy> remedy() const
    {
        return detail::Read<std::optional<Remedy>>::of(json()["remedy"]);
    }
    // The result that shows that the remedy is in effect, or null.
    std::optional<std::string_view> check() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["check"]);
    }
};

// A card that could be assigned.
class Candidate : public detail::Typed {
public:
    using Typed::Typed;
    // The kind of card. One of display, accelerator, network, nvme, storage, usb, other.
    std::string_view kind() const { return detail::Read<std::string_view>::of(json()["kind"]); }
    // The functions of the card.
    List<Address> devices() const { return detail::Read<List<Address>>::of(json()["devices"]); }
    // The name of the first function.
    std::string_view name() const { return detail::Read<std::string_view>::of(json()["name"]); }
    // Whether the card can be assigned.
    std::string_view readiness() const
    {
        return detail::Read<std::string_view>::of(json()["readiness"]);
    }
    // The code of the causing finding, or null.
    std::optional<std::string_view> cause() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["cause"]);
    }
    // The lines that prove ready.
    List<Evidence> evidence() const { return detail::Read<List<Evidence>>::of(json()["evidence"]); }
    // Deciding facts that are not in the input: iommu, group, driver, device, failure.
    List<std::string_view> not_shown() const
    {
        return detail::Read<List<std::string_view>>::of(json()["not_shown"]);
    }
    // The number of its IOMMU group, or null.
    std::optional<std::uint64_t> iommu_group() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["iommu_group"]);
    }
    // The other functions of the group, without bridges.
    List<OtherMember> other_members() const
    {
        return detail::Read<List<OtherMember>>::of(json()["other_members"]);
    }
    // The reset methods of the first function, named as in sysfs; null where not in the input.
    std::optional<List<std::string_view>> reset_methods() const
    {
        return detail::Read<std::optional<List<std::string_view>>>::of(json()["reset_methods"]);
    }
    // The largest BAR in bytes, or null.
    std::optional<std::uint64_t> largest_bar() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["largest_bar"]);
    }
    // Whether the first function has an expansion ROM BAR; null where not in the input.
    std::optional<bool> has_option_rom() const
    {
        return detail::Read<std::optional<bool>>::of(json()["has_option_rom"]);
    }
    // The number of its SR-IOV virtual functions.
    std::uint64_t virtual_function_count() const
    {
        return detail::Read<std::uint64_t>::of(json()["virtual_function_count"]);
    }
    // Other virtual functions that the answer also covers: of the same physical function, ID and
    // driver.
    List<Address> alike() const { return detail::Read<List<Address>>::of(json()["alike"]); }
    // The findings about it.
    List<Finding> findings() const { return detail::Read<List<Finding>>::of(json()["findings"]); }
};

// Whether one card can be assigned.
class Card : public detail::Typed {
public:
    using Typed::Typed;
    // The functions of the card.
    List<Address> devices() const { return detail::Read<List<Address>>::of(json()["devices"]); }
    // The name of the first function.
    std::string_view name() const { return detail::Read<std::string_view>::of(json()["name"]); }
    // Whether the card can be assigned.
    std::string_view readiness() const
    {
        return detail::Read<std::string_view>::of(json()["readiness"]);
    }
    // The code of the causing finding, or null.
    std::optional<std::string_view> cause() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["cause"]);
    }
    // The lines that prove ready.
    List<Evidence> evidence() const { return detail::Read<List<Evidence>>::of(json()["evidence"]); }
    // Deciding facts that are not in the input: iommu, group, driver, device, failure.
    List<std::string_view> not_shown() const
    {
        return detail::Read<List<std::string_view>>::of(json()["not_shown"]);
    }
};

// passthru check --json: whether each card can be assigned.
class CardCheck : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // The findings that block every card.
    List<Finding> host_findings() const
    {
        return detail::Read<List<Finding>>::of(json()["host_findings"]);
    }
    // Every card that could be assigned.
    List<Candidate> candidates() const
    {
        return detail::Read<List<Candidate>>::of(json()["candidates"]);
    }
};

// NVIDIA's flash header.
class RomFlashHeader : public detail::Typed {
public:
    using Typed::Typed;
    // Its version.
    std::uint64_t version() const { return detail::Read<std::uint64_t>::of(json()["version"]); }
    // Its fixed size.
    std::uint64_t fixed_size() const
    {
        return detail::Read<std::uint64_t>::of(json()["fixed_size"]);
    }
    // Its whole size.
    std::uint64_t total_size() const
    {
        return detail::Read<std::uint64_t>::of(json()["total_size"]);
    }
    // The offset of the first image.
    std::optional<std::uint64_t> first_image_offset() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["first_image_offset"]);
    }
};

// The bytes before the first image.
class RomPrefix : public detail::Typed {
public:
    using Typed::Typed;
    // Their number.
    std::uint64_t length() const { return detail::Read<std::uint64_t>::of(json()["length"]); }
    // Their kind.
    std::string_view kind() const { return detail::Read<std::string_view>::of(json()["kind"]); }
    // NVIDIA's header, or null.
    std::optional<RomFlashHeader> flash_header() const
    {
        return detail::Read<std::optional<RomFlashHeader>>::of(json()["flash_header"]);
    }
};

// NVIDIA's extension of the PCI structure.
class RomExtension : public detail::Typed {
public:
    using Typed::Typed;
    // Its offset.
    std::uint64_t offset() const { return detail::Read<std::uint64_t>::of(json()["offset"]); }
    // Its revision.
    std::uint64_t revision() const { return detail::Read<std::uint64_t>::of(json()["revision"]); }
    // Its own length.
    std::uint64_t structure_length() const
    {
        return detail::Read<std::uint64_t>::of(json()["structure_length"]);
    }
    // The image's length.
    std::uint64_t length() const { return detail::Read<std::uint64_t>::of(json()["length"]); }
    // Whether it is the last image.
    bool last() const { return detail::Read<bool>::of(json()["last"]); }
    // The version of the EFI driver.
    std::optional<std::uint64_t> efi_version() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["efi_version"]);
    }
    // The card.
    std::optional<std::string_view> subsystem() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["subsystem"]);
    }
};

// A PnP header.
class RomPnp : public detail::Typed {
public:
    using Typed::Typed;
    // Its offset.
    std::uint64_t offset() const { return detail::Read<std::uint64_t>::of(json()["offset"]); }
    // Whether its checksum is right.
    bool checksum_ok() const { return detail::Read<bool>::of(json()["checksum_ok"]); }
    // The manufacturer.
    std::optional<std::string_view> manufacturer() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["manufacturer"]);
    }
    // The product.
    std::optional<std::string_view> product() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["product"]);
    }
    // The boot connection vector.
    std::uint64_t boot_connection_vector() const
    {
        return detail::Read<std::uint64_t>::of(json()["boot_connection_vector"]);
    }
    // The bootstrap entry vector.
    std::uint64_t bootstrap_entry_vector() const
    {
        return detail::Read<std::uint64_t>::of(json()["bootstrap_entry_vector"]);
    }
};

// The header of an EFI driver.
class RomEfi : public detail::Typed {
public:
    using Typed::Typed;
    // The machine type.
    std::string_view machine() const
    {
        return detail::Read<std::string_view>::of(json()["machine"]);
    }
    // The PE/COFF subsystem.
    std::uint64_t subsystem() const { return detail::Read<std::uint64_t>::of(json()["subsystem"]); }
    // Whether it is compressed.
    bool compressed() const { return detail::Read<bool>::of(json()["compressed"]); }
    // Whether the header's signature is right.
    bool signature_ok() const { return detail::Read<bool>::of(json()["signature_ok"]); }
    // The offset of the driver.
    std::uint64_t payload_offset() const
    {
        return detail::Read<std::uint64_t>::of(json()["payload_offset"]);
    }
};

// An image of a ROM; sizes and offsets are bytes.
class RomImage : public detail::Typed {
public:
    using Typed::Typed;
    // Its offset in the file.
    std::uint64_t offset() const { return detail::Read<std::uint64_t>::of(json()["offset"]); }
    // Its first two bytes.
    std::string_view signature() const
    {
        return detail::Read<std::string_view>::of(json()["signature"]);
    }
    // Its length by the PCI data structure; the file may end before.
    std::uint64_t length() const { return detail::Read<std::uint64_t>::of(json()["length"]); }
    // Its length by NVIDIA's extension.
    std::optional<std::uint64_t> length_npde() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["length_npde"]);
    }
    // Its length by its own header.
    std::optional<std::uint64_t> length_header() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["length_header"]);
    }
    // The offset of its PCI data structure.
    std::uint64_t structure_offset() const
    {
        return detail::Read<std::uint64_t>::of(json()["structure_offset"]);
    }
    // The signature of the PCI data structure.
    std::string_view structure_signature() const
    {
        return detail::Read<std::string_view>::of(json()["structure_signature"]);
    }
    // The revision of the PCI data structure.
    std::uint64_t structure_revision() const
    {
        return detail::Read<std::uint64_t>::of(json()["structure_revision"]);
    }
    // The length of the PCI data structure.
    std::uint64_t structure_length() const
    {
        return detail::Read<std::uint64_t>::of(json()["structure_length"]);
    }
    // 0 for x86, 1 for Open Firmware, 2 for PA-RISC, 3 for EFI.
    std::uint64_t code_type() const { return detail::Read<std::uint64_t>::of(json()["code_type"]); }
    // The code type in words.
    std::optional<std::string_view> code_type_name() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["code_type_name"]);
    }
    // Vendor ID of its device.
    std::string_view vendor() const { return detail::Read<std::string_view>::of(json()["vendor"]); }
    // Device ID of its device.
    std::string_view device() const { return detail::Read<std::string_view>::of(json()["device"]); }
    // Further device IDs.
    List<std::string_view> device_list() const
    {
        return detail::Read<List<std::string_view>>::of(json()["device_list"]);
    }
    // The class code of its device.
    std::string_view class_code() const
    {
        return detail::Read<std::string_view>::of(json()["class_code"]);
    }
    // The vendor's revision of the image.
    std::uint64_t revision() const { return detail::Read<std::uint64_t>::of(json()["revision"]); }
    // Whether it is the last image.
    bool last() const { return detail::Read<bool>::of(json()["last"]); }
    // Its length at run time.
    std::optional<std::uint64_t> runtime_length() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["runtime_length"]);
    }
    // The pointer to the configuration utility code header.
    std::optional<std::uint64_t> configuration_utility() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["configuration_utility"]);
    }
    // The pointer to the DMTF CLP entry point.
    std::optional<std::uint64_t> clp_entry() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["clp_entry"]);
    }
    // Whether its checksum is right; null where none is required.
    std::optional<bool> checksum_ok() const
    {
        return detail::Read<std::optional<bool>>::of(json()["checksum_ok"]);
    }
    // NVIDIA's extension, or null.
    std::optional<RomExtension> extension() const
    {
        return detail::Read<std::optional<RomExtension>>::of(json()["extension"]);
    }
    // PnP headers.
    List<RomPnp> pnp() const { return detail::Read<List<RomPnp>>::of(json()["pnp"]); }
    // The offset of the FCode.
    std::optional<std::uint64_t> fcode_offset() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["fcode_offset"]);
    }
    // The header of an EFI driver, or null.
    std::optional<RomEfi> efi() const
    {
        return detail::Read<std::optional<RomEfi>>::of(json()["efi"]);
    }
};

// An option ROM without PCI's structure.
class RomIsa : public detail::Typed {
public:
    using Typed::Typed;
    // Its length.
    std::uint64_t length() const { return detail::Read<std::uint64_t>::of(json()["length"]); }
    // Whether its checksum is right.
    bool checksum_ok() const { return detail::Read<bool>::of(json()["checksum_ok"]); }
    // PnP headers.
    List<RomPnp> pnp() const { return detail::Read<List<RomPnp>>::of(json()["pnp"]); }
};

// A kind of memory module.
class RomMemoryModule : public detail::Typed {
public:
    using Typed::Typed;
    // The memory type; null if the meaning of its number is not published.
    std::optional<std::string_view> type_name() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["type_name"]);
    }
    // The number of the memory type.
    std::uint64_t type_number() const
    {
        return detail::Read<std::uint64_t>::of(json()["type_number"]);
    }
    // The manufacturer, or null.
    std::optional<std::string_view> vendor() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["vendor"]);
    }
    // The part number of the chips, or null.
    std::optional<std::string_view> part_number() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["part_number"]);
    }
    // The memory of the board in MiB, or null.
    std::optional<std::uint64_t> size_mib() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["size_mib"]);
    }
    // The number of channels of system memory, or null.
    std::optional<std::uint64_t> channels() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["channels"]);
    }
};

// The memory of a board.
class RomMemory : public detail::Typed {
public:
    using Typed::Typed;
    // Whether the GPU uses the memory of the system.
    bool of_system() const { return detail::Read<bool>::of(json()["of_system"]); }
    // The memory modules that the ROM supports.
    List<RomMemoryModule> modules() const
    {
        return detail::Read<List<RomMemoryModule>>::of(json()["modules"]);
    }
    // The revision of a table whose layout is not published, or null.
    std::optional<std::string_view> unknown_revision() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["unknown_revision"]);
    }
};

// AMD's ROM table.
class RomAmdTable : public detail::Typed {
public:
    using Typed::Typed;
    // Its offset.
    std::uint64_t offset() const { return detail::Read<std::uint64_t>::of(json()["offset"]); }
    // The revision of its format.
    std::uint64_t format_revision() const
    {
        return detail::Read<std::uint64_t>::of(json()["format_revision"]);
    }
    // The revision of its content.
    std::uint64_t content_revision() const
    {
        return detail::Read<std::uint64_t>::of(json()["content_revision"]);
    }
    // The card.
    std::optional<std::string_view> subsystem() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["subsystem"]);
    }
    // The part number.
    std::optional<std::string_view> part_number() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["part_number"]);
    }
    // The date.
    std::optional<std::string_view> date() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["date"]);
    }
    // The message.
    std::optional<std::string_view> message() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["message"]);
    }
    // The name of the configuration file.
    std::optional<std::string_view> configuration_file() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["configuration_file"]);
    }
    // The offset of the command table.
    std::uint64_t command_table_offset() const
    {
        return detail::Read<std::uint64_t>::of(json()["command_table_offset"]);
    }
    // The offset of the data table.
    std::uint64_t data_table_offset() const
    {
        return detail::Read<std::uint64_t>::of(json()["data_table_offset"]);
    }
};

// Intel's Video BIOS Table.
class RomIntelTable : public detail::Typed {
public:
    using Typed::Typed;
    // Its offset.
    std::uint64_t offset() const { return detail::Read<std::uint64_t>::of(json()["offset"]); }
    // The platform.
    std::optional<std::string_view> platform() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["platform"]);
    }
    // Its version.
    std::uint64_t version() const { return detail::Read<std::uint64_t>::of(json()["version"]); }
    // Its length.
    std::uint64_t length() const { return detail::Read<std::uint64_t>::of(json()["length"]); }
    // Whether its checksum is right.
    std::optional<bool> checksum_ok() const
    {
        return detail::Read<std::optional<bool>>::of(json()["checksum_ok"]);
    }
    // The version of its blocks.
    std::optional<std::uint64_t> blocks_version() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["blocks_version"]);
    }
};

// A token of NVIDIA's table.
class RomNvidiaToken : public detail::Typed {
public:
    using Typed::Typed;
    // Its ID.
    std::string_view id() const { return detail::Read<std::string_view>::of(json()["id"]); }
    // Its version.
    std::uint64_t version() const { return detail::Read<std::uint64_t>::of(json()["version"]); }
    // Its length.
    std::uint64_t length() const { return detail::Read<std::uint64_t>::of(json()["length"]); }
    // Its offset.
    std::uint64_t offset() const { return detail::Read<std::uint64_t>::of(json()["offset"]); }
};

// Strings of NVIDIA's table; null is what is not there.
class RomNvidiaStrings : public detail::Typed {
public:
    using Typed::Typed;
    // The sign-on message.
    std::optional<std::string_view> sign_on() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["sign_on"]);
    }
    // The version.
    std::optional<std::string_view> version() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["version"]);
    }
    // The copyright.
    std::optional<std::string_view> copyright() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["copyright"]);
    }
    // The OEM's message.
    std::optional<std::string_view> oem() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["oem"]);
    }
    // The OEM.
    std::optional<std::string_view> vendor() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["vendor"]);
    }
    // The product.
    std::optional<std::string_view> product() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["product"]);
    }
    // The product's revision.
    std::optional<std::string_view> product_revision() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["product_revision"]);
    }
};

// NVIDIA's BIOS Information Table.
class RomNvidiaTable : public detail::Typed {
public:
    using Typed::Typed;
    // Its offset.
    std::uint64_t offset() const { return detail::Read<std::uint64_t>::of(json()["offset"]); }
    // Its version.
    std::uint64_t version() const { return detail::Read<std::uint64_t>::of(json()["version"]); }
    // Whether its checksum is right.
    bool checksum_ok() const { return detail::Read<bool>::of(json()["checksum_ok"]); }
    // Its tokens.
    List<RomNvidiaToken> tokens() const
    {
        return detail::Read<List<RomNvidiaToken>>::of(json()["tokens"]);
    }
    // The version of the BIOS.
    std::optional<std::string_view> bios_version() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["bios_version"]);
    }
    // The internal version.
    std::optional<std::string_view> internal_version() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["internal_version"]);
    }
    // The date.
    std::optional<std::string_view> date() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["date"]);
    }
    // Its strings.
    RomNvidiaStrings strings() const
    {
        return detail::Read<RomNvidiaStrings>::of(json()["strings"]);
    }
};

// The tables of one vendor: one member.
class RomTables : public detail::Typed {
public:
    using Typed::Typed;
    // AMD's.
    std::optional<RomAmdTable> amd() const
    {
        return detail::Read<std::optional<RomAmdTable>>::of(json()["amd"]);
    }
    // Intel's.
    std::optional<RomIntelTable> intel() const
    {
        return detail::Read<std::optional<RomIntelTable>>::of(json()["intel"]);
    }
    // NVIDIA's.
    std::optional<RomNvidiaTable> nvidia() const
    {
        return detail::Read<std::optional<RomNvidiaTable>>::of(json()["nvidia"]);
    }
};

// The board by the vendor's tables.
class RomBoard : public detail::Typed {
public:
    using Typed::Typed;
    // The offset of the image with the tables.
    std::uint64_t image_offset() const
    {
        return detail::Read<std::uint64_t>::of(json()["image_offset"]);
    }
    // The build date of the ROM.
    std::optional<std::string_view> date() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["date"]);
    }
    // The card.
    std::optional<std::string_view> subsystem() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["subsystem"]);
    }
    // The memory that the tables name, or null.
    std::optional<RomMemory> memory() const
    {
        return detail::Read<std::optional<RomMemory>>::of(json()["memory"]);
    }
    // The tables.
    RomTables tables() const { return detail::Read<RomTables>::of(json()["tables"]); }
};

// The second copy of a ROM.
class RomBackup : public detail::Typed {
public:
    using Typed::Typed;
    // Its offset.
    std::uint64_t offset() const { return detail::Read<std::uint64_t>::of(json()["offset"]); }
    // The offset of its first image.
    std::optional<std::uint64_t> first_image_offset() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["first_image_offset"]);
    }
};

// The bytes after the last image.
class RomTail : public detail::Typed {
public:
    using Typed::Typed;
    // Their number.
    std::uint64_t length() const { return detail::Read<std::uint64_t>::of(json()["length"]); }
};

// A defect of a ROM.
class RomProblem : public detail::Typed {
public:
    using Typed::Typed;
    // The stable code.
    std::string_view code() const { return detail::Read<std::string_view>::of(json()["code"]); }
    // Its offset.
    std::optional<std::uint64_t> offset() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["offset"]);
    }
    // One sentence.
    std::string_view title() const { return detail::Read<std::string_view>::of(json()["title"]); }
};

// The images of a ROM inside a file, with offsets from its own start.
class RomContent : public detail::Typed {
public:
    using Typed::Typed;
    // The bytes before the first image.
    RomPrefix prefix() const { return detail::Read<RomPrefix>::of(json()["prefix"]); }
    // PCI's chain of images.
    List<RomImage> images() const { return detail::Read<List<RomImage>>::of(json()["images"]); }
    // NVIDIA's chain of images in the same ROM, or empty.
    List<RomImage> nvidia_images() const
    {
        return detail::Read<List<RomImage>>::of(json()["nvidia_images"]);
    }
    // An option ROM without a PCI data structure, or null.
    std::optional<RomIsa> isa() const
    {
        return detail::Read<std::optional<RomIsa>>::of(json()["isa"]);
    }
    // The board by the vendor's tables, or null.
    std::optional<RomBoard> board() const
    {
        return detail::Read<std::optional<RomBoard>>::of(json()["board"]);
    }
    // The second copy of the ROM, or null.
    std::optional<RomBackup> backup() const
    {
        return detail::Read<std::optional<RomBackup>>::of(json()["backup"]);
    }
    // The bytes after the last image.
    RomTail tail() const { return detail::Read<RomTail>::of(json()["tail"]); }
    // Its defects.
    List<RomProblem> findings() const
    {
        return detail::Read<List<RomProblem>>::of(json()["findings"]);
    }
};

// A ROM inside a file.
class CarvedRom : public detail::Typed {
public:
    using Typed::Typed;
    // Its offset.
    std::uint64_t offset() const { return detail::Read<std::uint64_t>::of(json()["offset"]); }
    // Its length.
    std::uint64_t length() const { return detail::Read<std::uint64_t>::of(json()["length"]); }
    // Its images.
    RomContent rom() const { return detail::Read<RomContent>::of(json()["rom"]); }
};

// passthru rom carve --json: the ROMs inside a file.
class CarvedRoms : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // The ROMs.
    List<CarvedRom> roms() const { return detail::Read<List<CarvedRom>>::of(json()["roms"]); }
};

// A function that a change of the hardware moves or adds.
class ChangedFunction : public detail::Typed {
public:
    using Typed::Typed;
    // Its address after the change.
    Address address() const { return detail::Read<Address>::of(json()["address"]); }
    // Its address before the change; null for a new function.
    std::optional<Address> previous_address() const
    {
        return detail::Read<std::optional<Address>>::of(json()["previous_address"]);
    }
};

// A cause of a failed check.
class VerificationCause : public detail::Typed {
public:
    using Typed::Typed;
    // The code of a finding, or null.
    std::optional<std::string_view> code() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["code"]);
    }
    // One sentence.
    std::string_view title() const { return detail::Read<std::string_view>::of(json()["title"]); }
    // The lines that prove it.
    List<Evidence> evidence() const { return detail::Read<List<Evidence>>::of(json()["evidence"]); }
};

// The result of a check.
class CheckAnswer : public detail::Typed {
public:
    using Typed::Typed;
    // ok, blocker where the check fails, or unknown.
    std::string_view verdict() const
    {
        return detail::Read<std::string_view>::of(json()["verdict"]);
    }
    // The functions concerned.
    List<Address> devices() const { return detail::Read<List<Address>>::of(json()["devices"]); }
    // The result in one sentence.
    std::string_view title() const { return detail::Read<std::string_view>::of(json()["title"]); }
    // The lines that prove it.
    List<Evidence> evidence() const { return detail::Read<List<Evidence>>::of(json()["evidence"]); }
    // The causes of a failure.
    List<VerificationCause> causes() const
    {
        return detail::Read<List<VerificationCause>>::of(json()["causes"]);
    }
    // A command that shows a missing fact, or null.
    std::optional<List<std::string_view>> inspect() const
    {
        return detail::Read<std::optional<List<std::string_view>>>::of(json()["inspect"]);
    }
};

// How a command is undone.
class CommandUndo : public detail::Typed {
public:
    using Typed::Typed;
    // Which it is: repeat, run, restore-files.
    std::string_view kind() const { return detail::Read<std::string_view>::of(json()["kind"]); }
    // Of run: The program and its arguments.
    std::optional<List<std::string_view>> argv() const
    {
        return detail::Read<std::optional<List<std::string_view>>>::of(json()["argv"]);
    }
    // Of restore-files: The files.
    std::optional<List<std::string_view>> paths() const
    {
        return detail::Read<std::optional<List<std::string_view>>>::of(json()["paths"]);
    }
};

// A line of an emitted file, with its purpose.
class EmittedLine : public detail::Typed {
public:
    using Typed::Typed;
    // The line.
    std::string_view text() const { return detail::Read<std::string_view>::of(json()["text"]); }
    // The purpose.
    std::string_view purpose() const
    {
        return detail::Read<std::string_view>::of(json()["purpose"]);
    }
    // The versions that the line is valid for, in words, or null.
    std::optional<std::string_view> versions() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["versions"]);
    }
};

// A file to write.
class EmittedFile : public detail::Typed {
public:
    using Typed::Typed;
    // Its path.
    std::string_view path() const { return detail::Read<std::string_view>::of(json()["path"]); }
    // Its text.
    std::string_view text() const { return detail::Read<std::string_view>::of(json()["text"]); }
    // Its lines, with their purposes.
    List<EmittedLine> lines() const { return detail::Read<List<EmittedLine>>::of(json()["lines"]); }
};

// A command to run.
class EmittedCommand : public detail::Typed {
public:
    using Typed::Typed;
    // The program and its arguments.
    List<std::string_view> argv() const
    {
        return detail::Read<List<std::string_view>>::of(json()["argv"]);
    }
    // The purpose.
    std::string_view purpose() const
    {
        return detail::Read<std::string_view>::of(json()["purpose"]);
    }
    // The versions that the command is valid for, in words, or null.
    std::optional<std::string_view> versions() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["versions"]);
    }
};

// A step that a person does.
class EmittedManualStep : public detail::Typed {
public:
    using Typed::Typed;
    // The stable name of the step.
    std::string_view step() const { return detail::Read<std::string_view>::of(json()["step"]); }
    // The instruction.
    std::string_view text() const { return detail::Read<std::string_view>::of(json()["text"]); }
};

// A setting that is not converted.
class NotConverted : public detail::Typed {
public:
    using Typed::Typed;
    // The setting.
    std::string_view setting() const
    {
        return detail::Read<std::string_view>::of(json()["setting"]);
    }
    // The reason.
    std::string_view reason() const { return detail::Read<std::string_view>::of(json()["reason"]); }
    // The line of the input, from 1, or null.
    std::optional<std::uint64_t> line() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["line"]);
    }
};

// passthru convert --json: the configuration of a VM in another format.
class Conversion : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // The format of the input.
    std::string_view from_format() const
    {
        return detail::Read<std::string_view>::of(json()["from_format"]);
    }
    // The format of the output.
    std::string_view to_format() const
    {
        return detail::Read<std::string_view>::of(json()["to_format"]);
    }
    // The files.
    List<EmittedFile> files() const { return detail::Read<List<EmittedFile>>::of(json()["files"]); }
    // The commands.
    List<EmittedCommand> commands() const
    {
        return detail::Read<List<EmittedCommand>>::of(json()["commands"]);
    }
    // The manual steps.
    List<EmittedManualStep> manual_steps() const
    {
        return detail::Read<List<EmittedManualStep>>::of(json()["manual_steps"]);
    }
    // The settings that are not converted.
    List<NotConverted> not_converted() const
    {
        return detail::Read<List<NotConverted>>::of(json()["not_converted"]);
    }
};

// A known quirk of a reset.
namespace reset_quirk_kind {
inline constexpr std::string_view no_bus_reset = "no-bus-reset";
inline constexpr std::string_view no_pm_reset = "no-pm-reset";
inline constexpr std::string_view no_flr = "no-flr";
inline constexpr std::string_view device_specific = "device-specific";
inline constexpr std::string_view vendor_reset = "vendor-reset";
inline constexpr std::string_view reported = "reported";
} // namespace reset_quirk_kind

// A known quirk of a function's reset.
class ResetQuirk : public detail::Typed {
public:
    using Typed::Typed;
    // The quirk.
    std::string_view quirk() const { return detail::Read<std::string_view>::of(json()["quirk"]); }
    // The quirk in words.
    std::string_view description() const
    {
        return detail::Read<std::string_view>::of(json()["description"]);
    }
    // The source of the fact.
    std::string_view source() const { return detail::Read<std::string_view>::of(json()["source"]); }
};

// The MMIO space that a function needs in a guest, in bytes.
class Mmio : public detail::Typed {
public:
    using Typed::Typed;
    // Below 4 GiB.
    std::uint64_t low() const { return detail::Read<std::uint64_t>::of(json()["low"]); }
    // Above 4 GiB.
    std::uint64_t high() const { return detail::Read<std::uint64_t>::of(json()["high"]); }
    // Above 4 GiB, with every BAR at its largest size.
    std::uint64_t high_resized() const
    {
        return detail::Read<std::uint64_t>::of(json()["high_resized"]);
    }
    // The smallest 64-bit MMIO window with room for high, a power of two.
    std::uint64_t high_window() const
    {
        return detail::Read<std::uint64_t>::of(json()["high_window"]);
    }
};

// Memory that the firmware reserves for a function (RMRR, IVMD).
class ReservedMemory : public detail::Typed {
public:
    using Typed::Typed;
    // The first address, in hex.
    std::string_view first() const { return detail::Read<std::string_view>::of(json()["first"]); }
    // The last address, in hex.
    std::string_view last() const { return detail::Read<std::string_view>::of(json()["last"]); }
    // Whether the function can be assigned nevertheless.
    bool relaxable() const { return detail::Read<bool>::of(json()["relaxable"]); }
};

// A function of a host; null is what is not in the input.
class Device : public detail::Typed {
public:
    using Typed::Typed;
    // Its address.
    Address address() const { return detail::Read<Address>::of(json()["address"]); }
    // Vendor ID.
    std::optional<std::string_view> vendor() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["vendor"]);
    }
    // Device ID.
    std::optional<std::string_view> device() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["device"]);
    }
    // The vendor and device ID of the card.
    std::optional<std::string_view> subsystem() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["subsystem"]);
    }
    // The class code, six hex digits; four without the programming interface.
    std::optional<std::string_view> class_code() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["class_code"]);
    }
    // The revision, two hex digits.
    std::optional<std::string_view> revision() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["revision"]);
    }
    // The name in pci.ids, or null.
    std::optional<std::string_view> vendor_name() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["vendor_name"]);
    }
    // The name in pci.ids, or null.
    std::optional<std::string_view> device_name() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["device_name"]);
    }
    // The bound driver; null for none and for not in the input.
    std::optional<std::string_view> driver() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["driver"]);
    }
    // Whether the input shows the bound driver, or that there is none.
    bool driver_known() const { return detail::Read<bool>::of(json()["driver_known"]); }
    // The kernel modules that match it.
    List<std::string_view> modules() const
    {
        return detail::Read<List<std::string_view>>::of(json()["modules"]);
    }
    // The number of its IOMMU group; null where not in the input, or where the sources disagree.
    std::optional<std::uint64_t> iommu_group() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["iommu_group"]);
    }
    // The upstream bridge; null on a root bus and where not in the input.
    std::optional<Address> parent() const
    {
        return detail::Read<std::optional<Address>>::of(json()["parent"]);
    }
    // The first bridge downstream of the root bus.
    std::optional<Address> root_port() const
    {
        return detail::Read<std::optional<Address>>::of(json()["root_port"]);
    }
    // The slot as the firmware names it, or null.
    std::optional<std::string_view> physical_slot() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["physical_slot"]);
    }
    // The reset methods, in the order in which the kernel tries them; null where not in the input.
    std::optional<List<std::string_view>> reset_methods() const
    {
        return detail::Read<std::optional<List<std::string_view>>>::of(json()["reset_methods"]);
    }
    // The known quirks of its reset.
    List<ResetQuirk> reset_quirks() const
    {
        return detail::Read<List<ResetQuirk>>::of(json()["reset_quirks"]);
    }
    // The effect of a reset of its bus; null where not in the input.
    std::optional<BusReset> bus_reset() const
    {
        return detail::Read<std::optional<BusReset>>::of(json()["bus_reset"]);
    }
    // The base address registers; null where not in the input.
    std::optional<List<Bar>> bars() const
    {
        return detail::Read<std::optional<List<Bar>>>::of(json()["bars"]);
    }
    // The MMIO space that it needs in a guest; null where not in the input.
    std::optional<Mmio> mmio() const
    {
        return detail::Read<std::optional<Mmio>>::of(json()["mmio"]);
    }
    // Memory that the firmware reserves for it; null where not in the input.
    std::optional<List<ReservedMemory>> reserved_memory() const
    {
        return detail::Read<std::optional<List<ReservedMemory>>>::of(json()["reserved_memory"]);
    }
};

// A function without an address in the input, as Windows lists it; null is what is not in the
// input.
class DeviceWithoutAddress : public detail::Typed {
public:
    using Typed::Typed;
    // Vendor ID.
    std::optional<std::string_view> vendor() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["vendor"]);
    }
    // Device ID.
    std::optional<std::string_view> device() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["device"]);
    }
    // The vendor and device ID of the card.
    std::optional<std::string_view> subsystem() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["subsystem"]);
    }
    // The class code.
    std::optional<std::string_view> class_code() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["class_code"]);
    }
    // The revision.
    std::optional<std::string_view> revision() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["revision"]);
    }
    // Its name.
    std::optional<std::string_view> name() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["name"]);
    }
    // The bound driver.
    std::optional<std::string_view> driver() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["driver"]);
    }
    // Its location path.
    std::optional<std::string_view> location_path() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["location_path"]);
    }
    // Whether it is present.
    std::optional<bool> present() const
    {
        return detail::Read<std::optional<bool>>::of(json()["present"]);
    }
};

// passthru list --json: the functions of a host.
class DeviceList : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // By address.
    List<Device> devices() const { return detail::Read<List<Device>>::of(json()["devices"]); }
    // Functions without an address in the input; empty where devices were named.
    List<DeviceWithoutAddress> without_address() const
    {
        return detail::Read<List<DeviceWithoutAddress>>::of(json()["without_address"]);
    }
};

// A difference between two states of a host.
class Difference : public detail::Typed {
public:
    using Typed::Typed;
    // A stable word: system, hypervisor, kernel, iommu, kernel-option, device-moved, driver,
    // iommu-group and others.
    std::string_view kind() const { return detail::Read<std::string_view>::of(json()["kind"]); }
    // What it means for passthrough; ok for an improvement.
    std::string_view verdict() const
    {
        return detail::Read<std::string_view>::of(json()["verdict"]);
    }
    // The functions concerned, by their addresses before.
    List<Address> devices() const { return detail::Read<List<Address>>::of(json()["devices"]); }
    // One sentence.
    std::string_view title() const { return detail::Read<std::string_view>::of(json()["title"]); }
    // The state before; null for something new.
    std::optional<std::string_view> before() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["before"]);
    }
    // The state after; null for something removed.
    std::optional<std::string_view> after() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["after"]);
    }
};

// passthru diff --json: the differences between two states of a host.
class Diff : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // Worst first.
    List<Difference> differences() const
    {
        return detail::Read<List<Difference>>::of(json()["differences"]);
    }
};

// A signer of an EFI driver.
class DriverSigner : public detail::Typed {
public:
    using Typed::Typed;
    // The certificate's subject.
    std::optional<std::string_view> subject() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["subject"]);
    }
    // The certificate's issuer.
    std::optional<std::string_view> issuer() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["issuer"]);
    }
};

// A signature of an EFI driver.
class DriverSignature : public detail::Typed {
public:
    using Typed::Typed;
    // The digest's algorithm.
    std::string_view algorithm() const
    {
        return detail::Read<std::string_view>::of(json()["algorithm"]);
    }
    // Whether the digest matches the driver; null where unknown.
    std::optional<bool> digest_matches() const
    {
        return detail::Read<std::optional<bool>>::of(json()["digest_matches"]);
    }
    // Whether the signature was made with the keys of its certificates; null if unknown.
    std::optional<bool> valid() const
    {
        return detail::Read<std::optional<bool>>::of(json()["valid"]);
    }
    // Its signers.
    List<DriverSigner> signers() const
    {
        return detail::Read<List<DriverSigner>>::of(json()["signers"]);
    }
};

// A setting that an edit removes or changes.
class SettingChange : public detail::Typed {
public:
    using Typed::Typed;
    // The line, from 1; 0 where the format has no lines.
    std::uint64_t line() const { return detail::Read<std::uint64_t>::of(json()["line"]); }
    // The variable, section or entry; else empty.
    std::string_view place() const { return detail::Read<std::string_view>::of(json()["place"]); }
    // The setting; empty for a line without a setting.
    std::string_view setting() const
    {
        return detail::Read<std::string_view>::of(json()["setting"]);
    }
    // The setting before.
    std::string_view before() const { return detail::Read<std::string_view>::of(json()["before"]); }
    // The setting after; null where it is removed from its place.
    std::optional<std::string_view> after() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["after"]);
    }
    // Whether the setting moves to another place.
    bool moved() const { return detail::Read<bool>::of(json()["moved"]); }
};

// An edit of a file.
class Edit : public detail::Typed {
public:
    using Typed::Typed;
    // The file.
    std::string_view path() const { return detail::Read<std::string_view>::of(json()["path"]); }
    // Its text before; null for a new file.
    std::optional<std::string_view> before() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["before"]);
    }
    // Its text after.
    std::string_view after() const { return detail::Read<std::string_view>::of(json()["after"]); }
    // The mode of a new file, or null.
    std::optional<std::uint64_t> mode() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["mode"]);
    }
    // The purposes.
    List<std::string_view> purposes() const
    {
        return detail::Read<List<std::string_view>>::of(json()["purposes"]);
    }
    // The text that the file is a copy of, or null.
    std::optional<std::string_view> base() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["base"]);
    }
    // All settings that the edit removes or changes.
    List<SettingChange> changes() const
    {
        return detail::Read<List<SettingChange>>::of(json()["changes"]);
    }
};

// passthru explain --json: the meaning of a code, setting or error text.
class Explanation : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // The code, setting or error text of the request.
    std::string_view query() const { return detail::Read<std::string_view>::of(json()["query"]); }
    // The meaning, its cost, and the remedy.
    std::string_view meaning() const
    {
        return detail::Read<std::string_view>::of(json()["meaning"]);
    }
    // The source of the explanation.
    std::string_view source() const { return detail::Read<std::string_view>::of(json()["source"]); }
};

// An EFI driver.
class ExtractedDriver : public detail::Typed {
public:
    using Typed::Typed;
    // Its format: PE or TE.
    std::string_view format() const { return detail::Read<std::string_view>::of(json()["format"]); }
    // The machine type.
    std::string_view machine() const
    {
        return detail::Read<std::string_view>::of(json()["machine"]);
    }
    // Its name.
    std::optional<std::string_view> name() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["name"]);
    }
    // Its signatures; null where they are unreadable.
    std::optional<List<DriverSignature>> signatures() const
    {
        return detail::Read<std::optional<List<DriverSignature>>>::of(json()["signatures"]);
    }
};

// A part of a ROM.
class ExtractedPart : public detail::Typed {
public:
    using Typed::Typed;
    // The image's number, from 0.
    std::uint64_t number() const { return detail::Read<std::uint64_t>::of(json()["number"]); }
    // 0 for x86, 3 for EFI.
    std::uint64_t code_type() const { return detail::Read<std::uint64_t>::of(json()["code_type"]); }
    // Its length.
    std::uint64_t length() const { return detail::Read<std::uint64_t>::of(json()["length"]); }
    // The EFI driver, or null.
    std::optional<ExtractedDriver> driver() const
    {
        return detail::Read<std::optional<ExtractedDriver>>::of(json()["driver"]);
    }
};

// passthru rom extract --json: the extracted parts of a ROM.
class ExtractedParts : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // The parts.
    List<ExtractedPart> parts() const
    {
        return detail::Read<List<ExtractedPart>>::of(json()["parts"]);
    }
};

// A command that failed.
class FailedCommand : public detail::Typed {
public:
    using Typed::Typed;
    // The program and its arguments.
    List<std::string_view> argv() const
    {
        return detail::Read<List<std::string_view>>::of(json()["argv"]);
    }
    // Its exit status; null where there is none.
    std::optional<std::int64_t> exit_status() const
    {
        return detail::Read<std::optional<std::int64_t>>::of(json()["exit_status"]);
    }
    // Its output.
    std::string_view output() const { return detail::Read<std::string_view>::of(json()["output"]); }
};

// A range of bytes.
class Span : public detail::Typed {
public:
    using Typed::Typed;
    // The first byte, from 0.
    std::uint64_t start() const { return detail::Read<std::uint64_t>::of(json()["start"]); }
    // The byte after the last byte.
    std::uint64_t end() const { return detail::Read<std::uint64_t>::of(json()["end"]); }
};

// The failure of a call of C or Python.
class Failure : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // A stable word: bad-device, no-plan, refused.
    std::string_view code() const { return detail::Read<std::string_view>::of(json()["code"]); }
    // What was expected, what was found, and where.
    std::string_view message() const
    {
        return detail::Read<std::string_view>::of(json()["message"]);
    }
    // The file concerned, or null.
    std::optional<std::string_view> file() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["file"]);
    }
    // The line in it, from 1, or null.
    std::optional<std::uint64_t> line() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["line"]);
    }
    // The wrong bytes of the line or of the argument, or null.
    std::optional<Span> span() const
    {
        return detail::Read<std::optional<Span>>::of(json()["span"]);
    }
    // The next step, or null.
    std::optional<std::string_view> help() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["help"]);
    }
};

// The state of a file of a plan.
namespace planned_file_state {
inline constexpr std::string_view as_planned = "as-planned";
inline constexpr std::string_view as_before = "as-before";
inline constexpr std::string_view changed = "changed";
inline constexpr std::string_view not_shown = "not-shown";
} // namespace planned_file_state

// The state of a file of a plan.
class FileAnswer : public detail::Typed {
public:
    using Typed::Typed;
    // Its path.
    std::string_view path() const { return detail::Read<std::string_view>::of(json()["path"]); }
    // Its state.
    std::string_view state() const { return detail::Read<std::string_view>::of(json()["state"]); }
};

// passthru doctor --format jsonl: one finding.
class FindingLine : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // The stable code, for passthru explain CODE.
    std::string_view code() const { return detail::Read<std::string_view>::of(json()["code"]); }
    // What it means for passthrough.
    std::string_view verdict() const
    {
        return detail::Read<std::string_view>::of(json()["verdict"]);
    }
    // The functions concerned; empty for the host.
    List<Address> devices() const { return detail::Read<List<Address>>::of(json()["devices"]); }
    // One sentence, with the names and values of this host.
    std::string_view title() const { return detail::Read<std::string_view>::of(json()["title"]); }
    // The codes of findings that follow from it.
    List<std::string_view> cause_of() const
    {
        return detail::Read<List<std::string_view>>::of(json()["cause_of"]);
    }
    // The lines that prove it.
    List<Evidence> evidence() const { return detail::Read<List<Evidence>>::of(json()["evidence"]); }
    // What corrects it, or null.
    std::optional<Remedy> remedy() const
    {
        return detail::Read<std::optional<Remedy>>::of(json()["remedy"]);
    }
    // The result that shows that the remedy is in effect, or null.
    std::optional<std::string_view> check() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["check"]);
    }
};

// passthru doctor --json: the findings about a host, worst first.
class Findings : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // The functions that the findings are about, besides the host itself.
    List<Address> devices() const { return detail::Read<List<Address>>::of(json()["devices"]); }
    // How these functions were chosen: by the request, by the host's settings, guests or messages,
    // by a guess, or none.
    std::string_view chosen_by() const
    {
        return detail::Read<std::string_view>::of(json()["chosen_by"]);
    }
    // The cards of these functions.
    List<Card> cards() const { return detail::Read<List<Card>>::of(json()["cards"]); }
    // The findings, worst first; a finding that holds for more than four functions appears once.
    List<Finding> findings() const { return detail::Read<List<Finding>>::of(json()["findings"]); }
};

// Whether an IOMMU group can be assigned to a guest now.
namespace viability {
inline constexpr std::string_view viable = "viable";
inline constexpr std::string_view not_viable = "not-viable";
inline constexpr std::string_view unknown = "unknown";
} // namespace viability

// The state of a member of a group.
namespace member_state {
inline constexpr std::string_view ready = "ready";
inline constexpr std::string_view harmless = "harmless";
inline constexpr std::string_view blocks = "blocks";
inline constexpr std::string_view unknown = "unknown";
} // namespace member_state

// A member of an IOMMU group.
class GroupMember : public detail::Typed {
public:
    using Typed::Typed;
    // Its address.
    Address address() const { return detail::Read<Address>::of(json()["address"]); }
    // ready: bound to a driver for assignment; harmless: unbound, or bound to a driver that does
    // not block; blocks: bound to a host driver; unknown.
    std::string_view state() const { return detail::Read<std::string_view>::of(json()["state"]); }
    // The driver that blocks, or null.
    std::optional<std::string_view> driver() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["driver"]);
    }
    // Its device node with iommufd, or null.
    std::optional<std::string_view> node() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["node"]);
    }
    // The error of QEMU for this function in the current state, or null.
    std::optional<std::string_view> open_error() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["open_error"]);
    }
};

// Something that the host cannot use while a guest has a function.
class HostImpact : public detail::Typed {
public:
    using Typed::Typed;
    // The function.
    Address address() const { return detail::Read<Address>::of(json()["address"]); }
    // The kind of impact. One of file-system, network, boot-display.
    std::string_view kind() const { return detail::Read<std::string_view>::of(json()["kind"]); }
    // The mount point or the name of the interface.
    std::optional<std::string_view> name() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["name"]);
    }
};

// A process that has a group open.
class Process : public detail::Typed {
public:
    using Typed::Typed;
    // The process ID.
    std::uint64_t pid() const { return detail::Read<std::uint64_t>::of(json()["pid"]); }
    // The name of the program.
    std::string_view name() const { return detail::Read<std::string_view>::of(json()["name"]); }
};

// An IOMMU group.
class Group : public detail::Typed {
public:
    using Typed::Typed;
    // Its number.
    std::uint64_t id() const { return detail::Read<std::uint64_t>::of(json()["id"]); }
    // Its functions.
    List<Address> devices() const { return detail::Read<List<Address>>::of(json()["devices"]); }
    // The names of members that are not PCI functions.
    List<std::string_view> non_pci_members() const
    {
        return detail::Read<List<std::string_view>>::of(json()["non_pci_members"]);
    }
    // The device node of the group, or null.
    std::optional<std::string_view> node() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["node"]);
    }
    // Whether VFIO made the group without an IOMMU.
    bool no_iommu() const { return detail::Read<bool>::of(json()["no_iommu"]); }
    // Whether the list of members is complete.
    bool complete() const { return detail::Read<bool>::of(json()["complete"]); }
    // Whether the group can be assigned now.
    std::string_view viability() const
    {
        return detail::Read<std::string_view>::of(json()["viability"]);
    }
    // Its members.
    List<GroupMember> members() const
    {
        return detail::Read<List<GroupMember>>::of(json()["members"]);
    }
    // What the host cannot use while a guest has the group, as far as the input shows.
    List<HostImpact> host_impact() const
    {
        return detail::Read<List<HostImpact>>::of(json()["host_impact"]);
    }
    // The processes that have the group open, where the request names a device of it.
    List<Process> processes() const { return detail::Read<List<Process>>::of(json()["processes"]); }
};

// A reason why two functions share a group.
class GroupLink : public detail::Typed {
public:
    using Typed::Typed;
    // The first function.
    Address a() const { return detail::Read<Address>::of(json()["a"]); }
    // The function whose group it joins.
    Address b() const { return detail::Read<Address>::of(json()["b"]); }
    // The reason in words.
    std::string_view reason() const { return detail::Read<std::string_view>::of(json()["reason"]); }
};

// passthru groups --json: the IOMMU groups as they are.
class Groups : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // sysfs, or the commands and files that showed the groups, joined by commas; none.
    std::string_view source() const { return detail::Read<std::string_view>::of(json()["source"]); }
    // By number.
    List<Group> groups() const { return detail::Read<List<Group>>::of(json()["groups"]); }
    // Functions without a group in the input.
    List<Address> ungrouped() const { return detail::Read<List<Address>>::of(json()["ungrouped"]); }
    // Functions that must be assigned together, on a host without IOMMU groups.
    List<AssignedTogether> assigned_together() const
    {
        return detail::Read<List<AssignedTogether>>::of(json()["assigned_together"]);
    }
};

// passthru guest --json: the setup inside a guest.
class GuestSetup : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // The files.
    List<EmittedFile> files() const { return detail::Read<List<EmittedFile>>::of(json()["files"]); }
    // The commands.
    List<EmittedCommand> commands() const
    {
        return detail::Read<List<EmittedCommand>>::of(json()["commands"]);
    }
    // The manual steps.
    List<EmittedManualStep> manual_steps() const
    {
        return detail::Read<List<EmittedManualStep>>::of(json()["manual_steps"]);
    }
};

// The state of a file before a plan.
class PlannedFile : public detail::Typed {
public:
    using Typed::Typed;
    // Its path.
    std::string_view path() const { return detail::Read<std::string_view>::of(json()["path"]); }
    // The SHA-256 of its bytes; null where the file did not exist.
    std::optional<std::string_view> sha256() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["sha256"]);
    }
};

// The host state that a plan is made for.
class HostState : public detail::Typed {
public:
    using Typed::Typed;
    // The release of the running kernel, or null.
    std::optional<std::string_view> kernel() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["kernel"]);
    }
    // The edited files.
    List<PlannedFile> files() const { return detail::Read<List<PlannedFile>>::of(json()["files"]); }
};

// An ID with its names.
class NamedId : public detail::Typed {
public:
    using Typed::Typed;
    // Vendor ID.
    std::string_view vendor() const { return detail::Read<std::string_view>::of(json()["vendor"]); }
    // Device ID; null for a vendor.
    std::optional<std::string_view> device() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["device"]);
    }
    // The name of the vendor.
    std::string_view vendor_name() const
    {
        return detail::Read<std::string_view>::of(json()["vendor_name"]);
    }
    // The name of the device, or null.
    std::optional<std::string_view> device_name() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["device_name"]);
    }
    // The ID of the card, or null.
    std::optional<std::string_view> subsystem() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["subsystem"]);
    }
    // The name of the card, or null.
    std::optional<std::string_view> subsystem_name() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["subsystem_name"]);
    }
};

// A class with its names.
class NamedClass : public detail::Typed {
public:
    using Typed::Typed;
    // The class code.
    std::string_view class_code() const
    {
        return detail::Read<std::string_view>::of(json()["class_code"]);
    }
    // The name of the class.
    std::string_view name() const { return detail::Read<std::string_view>::of(json()["name"]); }
    // The name of the programming interface, or null.
    std::optional<std::string_view> prog_if_name() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["prog_if_name"]);
    }
};

// passthru ids --json: names for IDs, IDs for names.
class Ids : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // The pci.ids that has the names.
    std::string_view database() const
    {
        return detail::Read<std::string_view>::of(json()["database"]);
    }
    // The best match first.
    List<NamedId> ids() const { return detail::Read<List<NamedId>>::of(json()["ids"]); }
    // The requested class.
    List<NamedClass> classes() const
    {
        return detail::Read<List<NamedClass>>::of(json()["classes"]);
    }
};

// A function that shares a group with the devices.
class SharingFunction : public detail::Typed {
public:
    using Typed::Typed;
    // Its address.
    Address address() const { return detail::Read<Address>::of(json()["address"]); }
    // Chains of links: at least one link of every chain must change.
    List<List<GroupLink>> chains() const
    {
        return detail::Read<List<List<GroupLink>>>::of(json()["chains"]);
    }
    // Functions that the ACS override does not change.
    List<Address> not_overridden() const
    {
        return detail::Read<List<Address>>::of(json()["not_overridden"]);
    }
};

// A change that isolates the devices from functions.
class IsolationChange : public detail::Typed {
public:
    using Typed::Typed;
    // The root port to move the card to, or null.
    std::optional<Address> move_to_port() const
    {
        return detail::Read<std::optional<Address>>::of(json()["move_to_port"]);
    }
    // The kernel option to set, or null.
    std::optional<std::string_view> kernel_option() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["kernel_option"]);
    }
    // The functions that share a group after the change.
    List<Address> still_sharing() const
    {
        return detail::Read<List<Address>>::of(json()["still_sharing"]);
    }
};

// The functions that share groups with the devices, and the changes that isolate the devices.
class Isolation : public detail::Typed {
public:
    using Typed::Typed;
    // The devices.
    List<Address> devices() const { return detail::Read<List<Address>>::of(json()["devices"]); }
    // The functions that share a group with the devices.
    List<SharingFunction> sharing() const
    {
        return detail::Read<List<SharingFunction>>::of(json()["sharing"]);
    }
    // The changes.
    List<IsolationChange> changes() const
    {
        return detail::Read<List<IsolationChange>>::of(json()["changes"]);
    }
};

// The state of a transaction.
namespace transaction_state {
inline constexpr std::string_view applying = "applying";
inline constexpr std::string_view applied = "applied";
inline constexpr std::string_view undoing = "undoing";
inline constexpr std::string_view undone = "undone";
} // namespace transaction_state

// The newest plan that was applied and not undone.
class ListedTransaction : public detail::Typed {
public:
    using Typed::Typed;
    // Its number.
    std::uint64_t number() const { return detail::Read<std::uint64_t>::of(json()["number"]); }
    // Its state.
    std::string_view state() const { return detail::Read<std::string_view>::of(json()["state"]); }
    // Its time in seconds since 1970.
    std::uint64_t time() const { return detail::Read<std::uint64_t>::of(json()["time"]); }
    // Its functions.
    List<Address> devices() const { return detail::Read<List<Address>>::of(json()["devices"]); }
    // Why the plan needs a reboot, or null.
    std::optional<std::string_view> reboot_reason() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["reboot_reason"]);
    }
    // Whether the host was rebooted since; null where not in the input.
    std::optional<bool> rebooted() const
    {
        return detail::Read<std::optional<bool>>::of(json()["rebooted"]);
    }
};

// A function of a listing of lspci; null is what the text does not show.
class ListingRecord : public detail::Typed {
public:
    using Typed::Typed;
    // Its address, in domain 0 where the text has none.
    std::optional<Address> address() const
    {
        return detail::Read<std::optional<Address>>::of(json()["address"]);
    }
    // Whether the text has the domain.
    bool has_domain() const { return detail::Read<bool>::of(json()["has_domain"]); }
    // The number of its first line, from 1.
    std::uint64_t line() const { return detail::Read<std::uint64_t>::of(json()["line"]); }
    // The slot that the platform numbers so.
    std::optional<std::string_view> physical_slot() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["physical_slot"]);
    }
    // The class code.
    std::optional<std::string_view> class_code() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["class_code"]);
    }
    // The class's name.
    std::optional<std::string_view> class_name() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["class_name"]);
    }
    // Vendor and device ID.
    std::optional<std::string_view> id() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["id"]);
    }
    // Vendor and device name as one text.
    std::optional<std::string_view> name() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["name"]);
    }
    // The name of the vendor, where the form separates it (-mm, -vmm).
    std::optional<std::string_view> vendor_name() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["vendor_name"]);
    }
    // The revision; null also for 0.
    std::optional<std::uint64_t> revision() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["revision"]);
    }
    // The card.
    std::optional<std::string_view> subsystem() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["subsystem"]);
    }
    // The card's name.
    std::optional<std::string_view> subsystem_name() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["subsystem_name"]);
    }
    // The firmware's label (DeviceName:).
    std::optional<std::string_view> device_name() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["device_name"]);
    }
    // The bound driver.
    std::optional<std::string_view> driver() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["driver"]);
    }
    // Whether no line of the record is cut.
    bool is_complete() const { return detail::Read<bool>::of(json()["is_complete"]); }
    // The kernel modules that match it.
    std::optional<List<std::string_view>> modules() const
    {
        return detail::Read<std::optional<List<std::string_view>>>::of(json()["modules"]);
    }
    // Its IOMMU group.
    std::optional<std::uint64_t> iommu_group() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["iommu_group"]);
    }
    // Its NUMA node.
    std::optional<std::uint64_t> numa_node() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["numa_node"]);
    }
};

// A damaged line of a listing.
class ListingDamage : public detail::Typed {
public:
    using Typed::Typed;
    // Its number, from 1.
    std::uint64_t line() const { return detail::Read<std::uint64_t>::of(json()["line"]); }
    // The damage as a stable word.
    std::string_view kind() const { return detail::Read<std::string_view>::of(json()["kind"]); }
};

// passthru_listing_parse() of C: the records of a listing of lspci.
class Listing : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // In the order of the text.
    List<ListingRecord> records() const
    {
        return detail::Read<List<ListingRecord>>::of(json()["records"]);
    }
    // Damaged lines.
    List<ListingDamage> damage() const
    {
        return detail::Read<List<ListingDamage>>::of(json()["damage"]);
    }
};

// When something is done or holds.
namespace when {
inline constexpr std::string_view before = "before";
inline constexpr std::string_view now = "now";
inline constexpr std::string_view after_reboot = "after-reboot";
} // namespace when

// A step that a person does.
class ManualStep : public detail::Typed {
public:
    using Typed::Typed;
    // When to do it.
    std::string_view when() const { return detail::Read<std::string_view>::of(json()["when"]); }
    // The stable name of the step.
    std::string_view step() const { return detail::Read<std::string_view>::of(json()["step"]); }
    // The instruction.
    std::string_view text() const { return detail::Read<std::string_view>::of(json()["text"]); }
};

// The groups of the input, compared with the prediction.
class Observed : public detail::Typed {
public:
    using Typed::Typed;
    // Whether they equal the prediction.
    bool same() const { return detail::Read<bool>::of(json()["same"]); }
    // Pairs that share a group in the input and not in the prediction.
    List<List<Address>> merged() const
    {
        return detail::Read<List<List<Address>>>::of(json()["merged"]);
    }
    // Pairs that share a group in the prediction and not in the input.
    List<List<Address>> split() const
    {
        return detail::Read<List<List<Address>>>::of(json()["split"]);
    }
    // acs-enabled-too-late, controls-as-captured, acs-override, pch-workaround-failed,
    // pcie-acs-2025, unknown, or null.
    std::optional<std::string_view> cause() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["cause"]);
    }
};

// A function of a plan.
class PlannedDevice : public detail::Typed {
public:
    using Typed::Typed;
    // Its address.
    Address address() const { return detail::Read<Address>::of(json()["address"]); }
    // Vendor and device ID, which must be found there.
    std::string_view id() const { return detail::Read<std::string_view>::of(json()["id"]); }
    // The vendor and device ID of the card.
    std::optional<std::string_view> subsystem() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["subsystem"]);
    }
};

// A command of a plan.
class PlannedCommand : public detail::Typed {
public:
    using Typed::Typed;
    // The program and its arguments, without a shell.
    List<std::string_view> argv() const
    {
        return detail::Read<List<std::string_view>>::of(json()["argv"]);
    }
    // The purpose.
    std::string_view purpose() const
    {
        return detail::Read<std::string_view>::of(json()["purpose"]);
    }
    // How the command is undone.
    CommandUndo undo() const { return detail::Read<CommandUndo>::of(json()["undo"]); }
};

// A requirement of an assignment, which a check evaluates.
class Requirement : public detail::Typed {
public:
    using Typed::Typed;
    // Which it is: iommu-enabled, interrupt-remapping, in-group, group-members, group-viable,
    // kernel-option, no-boot-framebuffer, driver, host-driver, not-in-use, assigned-to-vm,
    // assignment-driver.
    std::string_view kind() const { return detail::Read<std::string_view>::of(json()["kind"]); }
    // Of in-group: The function. Of group-members: The function. Of group-viable: The function. Of
    // no-boot-framebuffer: The function. Of driver: The function. Of host-driver: The function. Of
    // not-in-use: The function. Of assigned-to-vm: The function. Of assignment-driver: The
    // function.
    std::optional<Address> address() const
    {
        return detail::Read<std::optional<Address>>::of(json()["address"]);
    }
    // Of group-members: The members.
    std::optional<List<Address>> members() const
    {
        return detail::Read<std::optional<List<Address>>>::of(json()["members"]);
    }
    // Of kernel-option: The option.
    std::optional<std::string_view> option() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["option"]);
    }
    // Of driver: The driver.
    std::optional<std::string_view> driver() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["driver"]);
    }
    // Of assigned-to-vm: Its vendor and device ID.
    std::optional<std::string_view> id() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["id"]);
    }
    // Of assigned-to-vm: The VM's name.
    std::optional<std::string_view> vm() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["vm"]);
    }
    // Of assigned-to-vm: Windows' location path of the function, or null.
    std::optional<std::string_view> location_path() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["location_path"]);
    }
};

// A check of a plan.
class PlannedCheck : public detail::Typed {
public:
    using Typed::Typed;
    // When it holds.
    std::string_view when() const { return detail::Read<std::string_view>::of(json()["when"]); }
    // The command that shows the result.
    List<std::string_view> argv() const
    {
        return detail::Read<List<std::string_view>>::of(json()["argv"]);
    }
    // The expected result in words.
    std::string_view expected() const
    {
        return detail::Read<std::string_view>::of(json()["expected"]);
    }
    // The same for programs, or null.
    std::optional<Requirement> requirement() const
    {
        return detail::Read<std::optional<Requirement>>::of(json()["requirement"]);
    }
};

// passthru plan --json: what passthru apply and verify read back.
class PlanContent : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // The hypervisor. One of proxmox, libvirt, qemu, esxi, xen, xcp-ng, hyper-v, bhyve,
    // cloud-hypervisor, crosvm, incus, lxd, kubevirt, harvester, nova, gpu-operator, unraid,
    // truenas, nixos, talos, firecracker, virtualbox.
    std::string_view target() const { return detail::Read<std::string_view>::of(json()["target"]); }
    // The guest, or null.
    std::optional<std::string_view> vm() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["vm"]);
    }
    // The functions.
    List<PlannedDevice> devices() const
    {
        return detail::Read<List<PlannedDevice>>::of(json()["devices"]);
    }
    // The host state that the plan is made for.
    HostState host_state() const { return detail::Read<HostState>::of(json()["host_state"]); }
    // How the functions are bound.
    std::string_view binding() const
    {
        return detail::Read<std::string_view>::of(json()["binding"]);
    }
    // The binding method, a word of docs/driver-binding.md; null where the hypervisor has its own.
    // One of modprobe-ids, modprobe-ids-alone, command-line-ids, softdep-pattern, blacklist,
    // blacklist-pattern, initramfs-tools-script, dracut-module, mkinitcpio-hook, udev-rule,
    // service, driverctl, install-script, pci-stub, pciback, new-id, runtime, libvirt-hook,
    // removal-service.
    std::optional<std::string_view> method() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["method"]);
    }
    // Assumed facts.
    List<Assumption> assumptions() const
    {
        return detail::Read<List<Assumption>>::of(json()["assumptions"]);
    }
    // The findings that block the plan.
    List<Blocker> blockers() const { return detail::Read<List<Blocker>>::of(json()["blockers"]); }
    // Paths that are not in the input and that are assumed not to exist.
    List<std::string_view> assumed_absent() const
    {
        return detail::Read<List<std::string_view>>::of(json()["assumed_absent"]);
    }
    // The edits.
    List<Edit> edits() const { return detail::Read<List<Edit>>::of(json()["edits"]); }
    // The commands, after the edits, in order.
    List<PlannedCommand> commands() const
    {
        return detail::Read<List<PlannedCommand>>::of(json()["commands"]);
    }
    // The manual steps.
    List<ManualStep> manual_steps() const
    {
        return detail::Read<List<ManualStep>>::of(json()["manual_steps"]);
    }
    // The checks.
    List<PlannedCheck> checks() const
    {
        return detail::Read<List<PlannedCheck>>::of(json()["checks"]);
    }
    // What the host cannot use while a guest has the functions.
    List<std::string_view> host_impact() const
    {
        return detail::Read<List<std::string_view>>::of(json()["host_impact"]);
    }
    // Why a reboot is needed, or null.
    std::optional<std::string_view> reboot_reason() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["reboot_reason"]);
    }
};

// A group that Linux would form.
class PredictedGroup : public detail::Typed {
public:
    using Typed::Typed;
    // Its number.
    std::uint64_t id() const { return detail::Read<std::uint64_t>::of(json()["id"]); }
    // Its functions.
    List<Address> devices() const { return detail::Read<List<Address>>::of(json()["devices"]); }
    // Why its functions share the group.
    List<GroupLink> links() const { return detail::Read<List<GroupLink>>::of(json()["links"]); }
};

// passthru groups --predict --json: the groups that Linux would form.
class PredictedGroups : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // Always predicted.
    std::string_view source() const { return detail::Read<std::string_view>::of(json()["source"]); }
    // linux-6.1 for those of Linux 6.1 to 7.2, or pcie-acs-2025.
    std::string_view rules() const { return detail::Read<std::string_view>::of(json()["rules"]); }
    // By number.
    List<PredictedGroup> groups() const
    {
        return detail::Read<List<PredictedGroup>>::of(json()["groups"]);
    }
    // Functions in no group.
    List<Address> ungrouped() const { return detail::Read<List<Address>>::of(json()["ungrouped"]); }
    // Facts that are not in the input and that the prediction assumes: `ivrs` (the firmware of an
    // AMD host has the table IVRS), `root-complex-not-in-ivrs` (the table omits the host bridge of
    // each root complex), `several-root-complexes` (an AMD host with several of them forms groups
    // like one with a single one), `other-iommu` (an IOMMU that was not compared with a kernel
    // forms groups like VT-d), `ids-by-name` (names without IDs are those of pci.ids).
    List<std::string_view> assumptions() const
    {
        return detail::Read<List<std::string_view>>::of(json()["assumptions"]);
    }
    // Functions that a change of the hardware moves or adds.
    List<ChangedFunction> changed() const
    {
        return detail::Read<List<ChangedFunction>>::of(json()["changed"]);
    }
    // Whether the input is known to include all functions.
    bool complete() const { return detail::Read<bool>::of(json()["complete"]); }
    // Whether the group numbers are certain; the members are.
    bool numbers_certain() const { return detail::Read<bool>::of(json()["numbers_certain"]); }
    // Functions with facts that are not in the input and that change the groups.
    List<Address> undecided() const { return detail::Read<List<Address>>::of(json()["undecided"]); }
    // The groups if the undecided functions are not isolated.
    List<PredictedGroup> alternative_groups() const
    {
        return detail::Read<List<PredictedGroup>>::of(json()["alternative_groups"]);
    }
    // The groups of the input, compared; null where the input has none.
    std::optional<Observed> observed() const
    {
        return detail::Read<std::optional<Observed>>::of(json()["observed"]);
    }
    // The functions that share groups with the devices; null where there are none.
    std::optional<Isolation> isolation() const
    {
        return detail::Read<std::optional<Isolation>>::of(json()["isolation"]);
    }
};

// Whether a consumer accepts a ROM.
class RomAnswer : public detail::Typed {
public:
    using Typed::Typed;
    // linux-sysfs, qemu, seabios, ovmf, secure-boot, nvidia-driver or amd-driver.
    std::string_view consumer() const
    {
        return detail::Read<std::string_view>::of(json()["consumer"]);
    }
    // Whether it accepts the ROM.
    std::string_view acceptance() const
    {
        return detail::Read<std::string_view>::of(json()["acceptance"]);
    }
    // The reason, in a few words.
    std::string_view reason() const { return detail::Read<std::string_view>::of(json()["reason"]); }
};

// A change of a ROM.
class RomChange : public detail::Typed {
public:
    using Typed::Typed;
    // The offset in the file before the edit.
    std::uint64_t offset() const { return detail::Read<std::uint64_t>::of(json()["offset"]); }
    // The number of removed bytes.
    std::uint64_t removed() const { return detail::Read<std::uint64_t>::of(json()["removed"]); }
    // The number of inserted bytes.
    std::uint64_t inserted() const { return detail::Read<std::uint64_t>::of(json()["inserted"]); }
    // The removed bytes in hex; null where they are many.
    std::optional<std::string_view> before() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["before"]);
    }
    // The inserted bytes in hex; null where they are many.
    std::optional<std::string_view> after() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["after"]);
    }
    // The reason.
    std::string_view reason() const { return detail::Read<std::string_view>::of(json()["reason"]); }
};

// A field in which two ROMs differ.
class RomDifference : public detail::Typed {
public:
    using Typed::Typed;
    // The place: prefix, EFI image 1, board, tail.
    std::string_view place() const { return detail::Read<std::string_view>::of(json()["place"]); }
    // The field.
    std::string_view field() const { return detail::Read<std::string_view>::of(json()["field"]); }
    // The value in the first ROM, or null.
    std::optional<std::string_view> left() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["left"]);
    }
    // The value in the second ROM, or null.
    std::optional<std::string_view> right() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["right"]);
    }
};

// passthru rom diff --json: the fields in which two ROMs differ.
class RomDiff : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // The fields.
    List<RomDifference> differences() const
    {
        return detail::Read<List<RomDifference>>::of(json()["differences"]);
    }
};

// passthru rom patch --json and other edits: the changes of a ROM.
class RomEdit : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // Its length after the edit.
    std::uint64_t length() const { return detail::Read<std::uint64_t>::of(json()["length"]); }
    // The changes.
    List<RomChange> changes() const { return detail::Read<List<RomChange>>::of(json()["changes"]); }
};

// A finding about a ROM.
class RomFinding : public detail::Typed {
public:
    using Typed::Typed;
    // The stable code.
    std::string_view code() const { return detail::Read<std::string_view>::of(json()["code"]); }
    // What it means.
    std::string_view verdict() const
    {
        return detail::Read<std::string_view>::of(json()["verdict"]);
    }
    // The consumer concerned; null for all.
    std::optional<std::string_view> consumer() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["consumer"]);
    }
    // Its offset in the file; null where there is none.
    std::optional<std::uint64_t> offset() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["offset"]);
    }
    // One sentence.
    std::string_view title() const { return detail::Read<std::string_view>::of(json()["title"]); }
    // What corrects it, or null.
    std::optional<std::string_view> remedy() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["remedy"]);
    }
    // The passthru rom command that corrects it, or null.
    std::optional<std::string_view> command() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["command"]);
    }
};

// passthru rom info --json: the images of a ROM.
class RomInfo : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // The bytes before the first image.
    RomPrefix prefix() const { return detail::Read<RomPrefix>::of(json()["prefix"]); }
    // PCI's chain of images.
    List<RomImage> images() const { return detail::Read<List<RomImage>>::of(json()["images"]); }
    // NVIDIA's chain of images in the same ROM, or empty.
    List<RomImage> nvidia_images() const
    {
        return detail::Read<List<RomImage>>::of(json()["nvidia_images"]);
    }
    // An option ROM without a PCI data structure, or null.
    std::optional<RomIsa> isa() const
    {
        return detail::Read<std::optional<RomIsa>>::of(json()["isa"]);
    }
    // The board by the vendor's tables, or null.
    std::optional<RomBoard> board() const
    {
        return detail::Read<std::optional<RomBoard>>::of(json()["board"]);
    }
    // The second copy of the ROM, or null.
    std::optional<RomBackup> backup() const
    {
        return detail::Read<std::optional<RomBackup>>::of(json()["backup"]);
    }
    // The bytes after the last image.
    RomTail tail() const { return detail::Read<RomTail>::of(json()["tail"]); }
    // Its defects.
    List<RomProblem> findings() const
    {
        return detail::Read<List<RomProblem>>::of(json()["findings"]);
    }
};

// passthru rom verify --json: the consumers of a ROM, and its findings.
class RomVerification : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // The consumers.
    List<RomAnswer> answers() const { return detail::Read<List<RomAnswer>>::of(json()["answers"]); }
    // Worst first.
    List<RomFinding> findings() const
    {
        return detail::Read<List<RomFinding>>::of(json()["findings"]);
    }
};

// passthru --json: a host in one document.
class Status : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // The operating system.
    std::optional<std::string_view> system() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["system"]);
    }
    // The hypervisor.
    std::optional<std::string_view> hypervisor() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["hypervisor"]);
    }
    // The running kernel.
    std::optional<std::string_view> kernel() const
    {
        return detail::Read<std::optional<std::string_view>>::of(json()["kernel"]);
    }
    // The parts of the host: system, hypervisor, kernel, processor, machine.
    List<std::string_view> parts() const
    {
        return detail::Read<List<std::string_view>>::of(json()["parts"]);
    }
    // The names of programs, systems, hardware and kinds of assignment in the text that are no
    // parts of the host; nothing proves whether they are the host's, a guest's or another
    // machine's.
    List<std::string_view> names() const
    {
        return detail::Read<List<std::string_view>>::of(json()["names"]);
    }
    // The functions that can be assigned.
    List<Device> candidates() const { return detail::Read<List<Device>>::of(json()["candidates"]); }
    // The newest plan that was applied and not undone, or null.
    std::optional<ListedTransaction> transaction() const
    {
        return detail::Read<std::optional<ListedTransaction>>::of(json()["transaction"]);
    }
    // The findings.
    Findings findings() const { return detail::Read<Findings>::of(json()["findings"]); }
};

// A command of a transaction.
class TransactionCommand : public detail::Typed {
public:
    using Typed::Typed;
    // The program and its arguments.
    List<std::string_view> argv() const
    {
        return detail::Read<List<std::string_view>>::of(json()["argv"]);
    }
};

// passthru apply --json, undo --json and keep --json: the steps of a transaction.
class Transaction : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // Its number, from 1.
    std::uint64_t transaction() const
    {
        return detail::Read<std::uint64_t>::of(json()["transaction"]);
    }
    // Its state afterwards.
    std::string_view state() const { return detail::Read<std::string_view>::of(json()["state"]); }
    // Files that are written as the plan has them.
    List<std::string_view> written() const
    {
        return detail::Read<List<std::string_view>>::of(json()["written"]);
    }
    // Files that are restored.
    List<std::string_view> restored() const
    {
        return detail::Read<List<std::string_view>>::of(json()["restored"]);
    }
    // Files of the plan that are removed.
    List<std::string_view> removed() const
    {
        return detail::Read<List<std::string_view>>::of(json()["removed"]);
    }
    // Commands that were executed.
    List<TransactionCommand> executed() const
    {
        return detail::Read<List<TransactionCommand>>::of(json()["executed"]);
    }
    // Commands that are left to the user.
    List<TransactionCommand> left_to_user() const
    {
        return detail::Read<List<TransactionCommand>>::of(json()["left_to_user"]);
    }
    // Functions that were bound to vfio-pci without a reboot.
    List<Address> bound() const { return detail::Read<List<Address>>::of(json()["bound"]); }
    // Functions that were released.
    List<Address> released() const { return detail::Read<List<Address>>::of(json()["released"]); }
    // Commands that failed during undo.
    List<FailedCommand> failed() const
    {
        return detail::Read<List<FailedCommand>>::of(json()["failed"]);
    }
};

// passthru verify --json: the results of the checks of a plan.
class Verification : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // The number of the plan's transaction, or null.
    std::optional<std::uint64_t> transaction() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["transaction"]);
    }
    // For each function, whether it is bound to vfio-pci.
    List<CheckAnswer> devices() const
    {
        return detail::Read<List<CheckAnswer>>::of(json()["devices"]);
    }
    // The results of the plan's other checks.
    List<CheckAnswer> checks() const
    {
        return detail::Read<List<CheckAnswer>>::of(json()["checks"]);
    }
    // The files of the plan.
    List<FileAnswer> files() const { return detail::Read<List<FileAnswer>>::of(json()["files"]); }
};

// A ROM of an ACPI table VFCT.
class VfctRom : public detail::Typed {
public:
    using Typed::Typed;
    // Bus, device and function.
    List<std::uint64_t> function() const
    {
        return detail::Read<List<std::uint64_t>>::of(json()["function"]);
    }
    // Vendor and device ID.
    std::string_view id() const { return detail::Read<std::string_view>::of(json()["id"]); }
    // The card.
    std::string_view subsystem() const
    {
        return detail::Read<std::string_view>::of(json()["subsystem"]);
    }
    // Its offset.
    std::uint64_t offset() const { return detail::Read<std::uint64_t>::of(json()["offset"]); }
    // Its length.
    std::uint64_t length() const { return detail::Read<std::uint64_t>::of(json()["length"]); }
};

// passthru rom vfct --json: the ROMs of an ACPI table VFCT.
class VfctRoms : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // Whether the checksum of the table is right.
    bool checksum_ok() const { return detail::Read<bool>::of(json()["checksum_ok"]); }
    // The ROMs.
    List<VfctRom> images() const { return detail::Read<List<VfctRom>>::of(json()["images"]); }
};

// passthru capture --json, report --json and rom ssdt --json: the written file.
class WrittenFile : public detail::Typed {
public:
    using Typed::Typed;
    // The form and its version.
    std::string_view schema() const { return detail::Read<std::string_view>::of(json()["schema"]); }
    // Its path.
    std::string_view path() const { return detail::Read<std::string_view>::of(json()["path"]); }
    // Its length in bytes.
    std::uint64_t length() const { return detail::Read<std::uint64_t>::of(json()["length"]); }
    // The number of files in a capture, else null.
    std::optional<std::uint64_t> file_count() const
    {
        return detail::Read<std::optional<std::uint64_t>>::of(json()["file_count"]);
    }
};

// The reason of a failed call.
class Error : public std::runtime_error {
public:
    // Takes ownership of the error.
    explicit Error(passthru_status status, passthru_error *error)
        : std::runtime_error(message(status, error)), status_(status),
          error_(error, passthru_error_free)
    {
    }

    passthru_status status() const noexcept { return status_; }
    // The file, the line and the bytes concerned, and the next step. Valid as long as the error
    // or a copy of it.
    Failure failure() const noexcept
    {
        return Failure(Value(passthru_document_value(passthru_error_document(error_.get()))));
    }

private:
    static std::string message(passthru_status status, const passthru_error *error)
    {
        const char *text = passthru_error_message(error);
        return text == nullptr ? "libpassthru: status " + std::to_string(status) : text;
    }

    passthru_status status_;
    // Shared, since exceptions are copied.
    std::shared_ptr<passthru_error> error_;
};

namespace detail {

// Throws if a call failed.
inline void check(passthru_status status, passthru_error *error)
{
    if (status != PASSTHRU_STATUS_OK)
        throw Error(status, error);
}

inline void check(passthru_status status)
{
    check(status, nullptr);
}

// An object that a call makes.
template <typename T, typename Call> T *made(Call call)
{
    T *object = nullptr;
    passthru_error *error = nullptr;
    // In two steps, since arguments may be evaluated in any order.
    const passthru_status status = call(&object, &error);
    check(status, error);
    return object;
}

inline std::vector<const char *> pointers(const std::vector<std::string> &words)
{
    std::vector<const char *> pointers;
    pointers.reserve(words.size());
    for (const std::string &word : words)
        pointers.push_back(word.c_str());
    return pointers;
}

inline const std::uint8_t *bytes(std::string_view text)
{
    return reinterpret_cast<const std::uint8_t *>(text.data());
}

inline const char *pointer(const std::optional<std::string> &word)
{
    return word ? word->c_str() : nullptr;
}

} // namespace detail

// A text that a call returns.
class Document {
public:
    explicit Document(passthru_document *document) : document_(document) {}
    std::string_view text() const noexcept
    {
        const char *text = passthru_document_text(get());
        return text == nullptr ? std::string_view()
                               : std::string_view(text, passthru_document_length(get()));
    }
    // Its value; none for a text that is not JSON.
    Value json() const noexcept { return Value(passthru_document_value(get())); }
    // The exit status of the command that prints the document: 0 where nothing needs action, else 1.
    unsigned exit_status() const noexcept { return passthru_document_exit_status(get()); }
    // The bytes of a file that the command writes beside it, or empty.
    std::string_view data(std::size_t index = 0) const noexcept
    {
        std::size_t length = 0;
        const std::uint8_t *data = passthru_document_data(get(), index, &length);
        return detail::bytes(data, length);
    }
    const passthru_document *get() const noexcept { return document_.get(); }

private:
    detail::Owned<passthru_document, passthru_document_free> document_;
};

// A JSON document with its typed value: `report->findings()`.
template <typename T> class DocumentOf : public Document {
public:
    explicit DocumentOf(passthru_document *document)
        : Document(document), value_(Document::json())
    {
    }
    const T &operator*() const & noexcept { return value_; }
    const T *operator->() const & noexcept { return &value_; }
    // The value of a temporary would outlive it.
    const T &operator*() const && = delete;
    const T *operator->() const && = delete;

private:
    T value_;
};

namespace detail {

template <typename T, typename Call> DocumentOf<T> says(Call call)
{
    return DocumentOf<T>(made<passthru_document>(call));
}

template <typename Call> Document texts(Call call)
{
    return Document(made<passthru_document>(call));
}

} // namespace detail

// A receiver of the log of calls.
class Log {
public:
    using Callback = std::function<void(passthru_log_level, std::string_view)>;

    explicit Log(Callback callback)
        : state_(std::make_unique<State>()),
          context_(detail::made<passthru_context>([this](auto **out, auto **error) {
              return passthru_context_new(forward, state_.get(), out, error);
          }))
    {
        state_->callback = std::move(callback);
    }
    const passthru_context *get() const noexcept { return context_.get(); }
    // Rethrows the exception of the callback.
    void rethrow() const
    {
        if (state_->thrown)
            std::rethrow_exception(std::exchange(state_->thrown, nullptr));
    }

private:
    struct State {
        Callback callback;
        std::exception_ptr thrown;
    };

    static void forward(void *user, std::uint32_t level, const char *message) noexcept
    {
        State *state = static_cast<State *>(user);
        if (state->thrown || !state->callback)
            return;
        try {
            state->callback(static_cast<passthru_log_level>(level), message);
        } catch (...) {
            state->thrown = std::current_exception();
        }
    }

    // In one place, whereto the Log may move.
    std::unique_ptr<State> state_;
    detail::Owned<passthru_context, passthru_context_free> context_;
};

// Options for applying, checking and undoing plans.
class ApplyOptions {
public:
    // `/` for the running host.
    explicit ApplyOptions(const std::string &root)
        : options_(detail::made<passthru_apply_options>(passthru_apply_options_new))
    {
        detail::check(passthru_apply_options_set_root(options_.get(), root.c_str()));
    }
    ApplyOptions &accept(const std::string &what)
    {
        detail::check(passthru_apply_options_accept(options_.get(), what.c_str()));
        return *this;
    }
    ApplyOptions &overwrite(const std::string &path)
    {
        detail::check(passthru_apply_options_overwrite(options_.get(), path.c_str()));
        return *this;
    }
    ApplyOptions &commands(passthru_command_mode mode)
    {
        detail::check(passthru_apply_options_set_commands(options_.get(), mode));
        return *this;
    }
    ApplyOptions &binding(passthru_binding_time time)
    {
        detail::check(passthru_apply_options_set_binding(options_.get(), time));
        return *this;
    }
    // The plan is undone so many seconds after the next boot unless it is kept; `program` is
    // the path of passthru.
    ApplyOptions &confirmation(std::uint32_t seconds, const std::string &program)
    {
        detail::check(passthru_apply_options_set_confirmation(options_.get(), seconds,
                                                              program.c_str()));
        return *this;
    }
    const passthru_apply_options *get() const noexcept { return options_.get(); }

private:
    detail::Owned<passthru_apply_options, passthru_apply_options_free> options_;
};

namespace detail {

// The result of a transaction; rethrows the exception of the callback of the log.
template <typename Call> DocumentOf<Transaction> changed(const Log *log, Call call)
{
    const passthru_context *context = log == nullptr ? nullptr : log->get();
    auto done = says<Transaction>(
        [&](auto **out, auto **error) { return call(context, out, error); });
    if (log != nullptr)
        log->rethrow();
    return done;
}

} // namespace detail

// A plan to assign functions to a guest, or to release them.
class Plan {
public:
    explicit Plan(passthru_plan *plan) : plan_(plan) {}
    // Reads a plan from JSON.
    static Plan from_json(std::string_view json)
    {
        return Plan(detail::made<passthru_plan>([&](auto **out, auto **error) {
            return passthru_plan_from_json(detail::bytes(json), json.size(), out, error);
        }));
    }
    // Its document, valid as long as the plan.
    PlanContent content() const & noexcept
    {
        return PlanContent(Value(passthru_document_value(passthru_plan_document(get()))));
    }
    PlanContent content() const && = delete;
    std::string_view to_json() const noexcept
    {
        const passthru_document *document = passthru_plan_document(get());
        const char *text = passthru_document_text(document);
        return text == nullptr ? std::string_view()
                               : std::string_view(text, passthru_document_length(document));
    }
    Document to_patch() const
    {
        return detail::texts([&](auto **out, auto **error) {
            return passthru_plan_to_patch(get(), out, error);
        });
    }
    Document to_script() const
    {
        return detail::texts([&](auto **out, auto **error) {
            return passthru_plan_to_script(get(), out, error);
        });
    }
    Document to_playbook() const
    {
        return detail::texts([&](auto **out, auto **error) {
            return passthru_plan_to_playbook(get(), out, error);
        });
    }
    // The reasons against applying it.
    DocumentOf<ApplyCheck> check(const ApplyOptions &options) const
    {
        return detail::says<ApplyCheck>([&](auto **out, auto **error) {
            return passthru_plan_check(get(), options.get(), out, error);
        });
    }
    DocumentOf<Transaction> apply(const ApplyOptions &options, const Log *log = nullptr) const
    {
        return detail::changed(log, [&](auto *context, auto **out, auto **error) {
            return passthru_plan_apply(get(), options.get(), context, out, error);
        });
    }
    const passthru_plan *get() const noexcept { return plan_.get(); }

private:
    detail::Owned<passthru_plan, passthru_plan_free> plan_;
};

// Resumes an interrupted transaction.
inline DocumentOf<Transaction> resume(const ApplyOptions &options, const Log *log = nullptr)
{
    return detail::changed(log, [&](auto *context, auto **out, auto **error) {
        return passthru_resume(options.get(), context, out, error);
    });
}

// Undoes the newest transaction.
inline DocumentOf<Transaction> undo(const ApplyOptions &options, const Log *log = nullptr)
{
    return detail::changed(log, [&](auto *context, auto **out, auto **error) {
        return passthru_undo(options.get(), context, out, error);
    });
}

// Keeps a plan that waits for confirmation.
inline DocumentOf<Transaction> keep(const ApplyOptions &options, const Log *log = nullptr)
{
    return detail::changed(log, [&](auto *context, auto **out, auto **error) {
        return passthru_keep(options.get(), context, out, error);
    });
}

// Files and texts of a host that the program reads itself.
class Input {
public:
    Input() : input_(detail::made<passthru_input>(passthru_input_new)) {}
    Input &add_file(const std::string &path, std::string_view data)
    {
        detail::check(passthru_input_add_file(input_.get(), path.c_str(), detail::bytes(data),
                                              data.size()));
        return *this;
    }
    Input &add_link(const std::string &path, const std::string &target)
    {
        detail::check(passthru_input_add_link(input_.get(), path.c_str(), target.c_str()));
        return *this;
    }
    // A path that does not exist on the host.
    Input &add_absent(const std::string &path)
    {
        detail::check(passthru_input_add_absent(input_.get(), path.c_str()));
        return *this;
    }
    // Selects one host of those whose prompts are in the texts.
    Input &set_host(const std::string &host)
    {
        detail::check(passthru_input_set_host(input_.get(), host.c_str()));
        return *this;
    }
    // A text of any known kind, with its name in evidence.
    Input &add_text(const std::string &name, std::string_view data)
    {
        const passthru_text text = {name.c_str(), detail::bytes(data), data.size()};
        detail::check(passthru_input_add_text(input_.get(), &text));
        return *this;
    }
    const passthru_input *get() const noexcept { return input_.get(); }

private:
    detail::Owned<passthru_input, passthru_input_free> input_;
};

// A request: words for devices, the hypervisor, the guest.
struct Request {
    std::vector<std::string> devices;
    std::optional<std::string> target;
    std::optional<std::string> vm;
    // The binding method, a word of docs/driver-binding.md.
    std::optional<std::string> binding;
    // VM options: passthru_request_add_vm_option().
    std::vector<std::string> vm_options = {};
};

// A host, as far as its input shows it.
class Host {
public:
    explicit Host(passthru_host *host) : host_(host) {}
    static Host live() { return Host(detail::made<passthru_host>(passthru_host_open_live)); }
    static Host from_directory(const std::string &path)
    {
        return Host(detail::made<passthru_host>([&](auto **out, auto **error) {
            return passthru_host_open_directory(path.c_str(), out, error);
        }));
    }
    // Texts by their names in evidence.
    static Host from_texts(const std::vector<std::pair<std::string, std::string_view>> &texts)
    {
        std::vector<passthru_text> given;
        for (const auto &[name, text] : texts)
            given.push_back({name.c_str(), reinterpret_cast<const std::uint8_t *>(text.data()),
                             text.size()});
        return Host(detail::made<passthru_host>([&](auto **out, auto **error) {
            return passthru_host_open_texts(given.data(), given.size(), out, error);
        }));
    }

    // Logs the kind of each text.
    static Host from_input(const Input &input, const Log *log = nullptr)
    {
        Host host(detail::made<passthru_host>([&](auto **out, auto **error) {
            return passthru_host_open_input(input.get(), log == nullptr ? nullptr : log->get(), out,
                                            error);
        }));
        if (log != nullptr)
            log->rethrow();
        return host;
    }

    // The findings about devices, or about those that the host's settings pass through.
    DocumentOf<Findings> doctor(const Request &request = Request()) const
    {
        return DocumentOf<Findings>(examined(request, PASSTHRU_FORMAT_JSON));
    }
    // The same in another format, without a value: JSON lines, or metrics.
    Document doctor(const Request &request, passthru_format format) const
    {
        return Document(examined(request, format));
    }
    // Whether each card can be assigned.
    DocumentOf<CardCheck> check(const Request &request = Request()) const
    {
        const auto devices = detail::pointers(request.devices);
        return detail::says<CardCheck>([&](auto **out, auto **error) {
            return passthru_host_check(get(), devices.data(), devices.size(), detail::pointer(request.target), out, error);
        });
    }
    // One command that collects the facts that are not in the input.
    DocumentOf<Ask> ask(const Request &request = Request()) const
    {
        const auto devices = detail::pointers(request.devices);
        return detail::says<Ask>([&](auto **out, auto **error) {
            return passthru_host_ask(get(), devices.data(), devices.size(), detail::pointer(request.target), out, error);
        });
    }
    // The functions; all without words in the request.
    DocumentOf<DeviceList> list(const Request &request = Request()) const
    {
        const auto devices = detail::pointers(request.devices);
        return detail::says<DeviceList>([&](auto **out, auto **error) {
            return passthru_host_list(get(), devices.data(), devices.size(), out, error);
        });
    }
    Plan plan(const Request &request) const
    {
        detail::Owned<passthru_request, passthru_request_free> asked(
            detail::made<passthru_request>(passthru_request_new));
        for (const std::string &device : request.devices)
            detail::check(passthru_request_add_device(asked.get(), device.c_str()));
        if (request.target)
            detail::check(passthru_request_set_target(asked.get(), request.target->c_str()));
        if (request.vm)
            detail::check(passthru_request_set_vm(asked.get(), request.vm->c_str()));
        if (request.binding)
            detail::check(passthru_request_set_binding(asked.get(), request.binding->c_str()));
        for (const std::string &option : request.vm_options)
            detail::check(passthru_request_add_vm_option(asked.get(), option.c_str()));
        return Plan(detail::made<passthru_plan>([&](auto **out, auto **error) {
            return passthru_host_plan_request(host_.get(), asked.get(), out, error);
        }));
    }
    // Releases devices to their host drivers.
    Plan release(const std::vector<std::string> &devices) const
    {
        const auto words = detail::pointers(devices);
        return Plan(detail::made<passthru_plan>([&](auto **out, auto **error) {
            return passthru_host_release(get(), words.data(), words.size(), out, error);
        }));
    }
    // Verifies the plan, or the newest applied plan.
    DocumentOf<Verification> verify(const Plan *plan = nullptr) const
    {
        return detail::says<Verification>([&](auto **out, auto **error) {
            return passthru_host_verify(get(), plan == nullptr ? nullptr : plan->get(), out, error);
        });
    }
    // The differences from `old` to this host.
    DocumentOf<Diff> diff(const Host &old) const
    {
        return detail::says<Diff>([&](auto **out, auto **error) {
            return passthru_host_diff(old.get(), get(), out, error);
        });
    }
    // The groups, or those of some functions, with the processes that have them open.
    DocumentOf<Groups> groups(const std::vector<std::string> &devices = {}) const
    {
        const auto words = detail::pointers(devices);
        return detail::says<Groups>([&](auto **out, auto **error) {
            return passthru_host_groups(get(), words.data(), words.size(), out, error);
        });
    }
    // The groups with additional kernel options or hardware changes, on another kernel if one is
    // named; and the functions that share one with the devices.
    DocumentOf<PredictedGroups>
    predict_groups(const std::vector<std::string> &devices = {},
                   const std::vector<std::string> &options = {},
                   const std::optional<std::string> &kernel = std::nullopt) const
    {
        const auto words = detail::pointers(devices);
        const auto with = detail::pointers(options);
        return detail::says<PredictedGroups>([&](auto **out, auto **error) {
            return passthru_host_predict_groups(get(), words.data(), words.size(), with.data(),
                                                with.size(), detail::pointer(kernel), out, error);
        });
    }
    // The host in one document.
    DocumentOf<Status> status() const
    {
        return detail::says<Status>([&](auto **out, auto **error) {
            return passthru_host_status(get(), out, error);
        });
    }
    // The setup inside a guest with the devices: passthru_host_guest_setup().
    DocumentOf<GuestSetup> guest_setup(const std::vector<std::string> &devices,
                                     const std::string &system,
                                     const std::vector<std::string> &options = {}) const
    {
        const auto words = detail::pointers(devices);
        const auto said = detail::pointers(options);
        return detail::says<GuestSetup>([&](auto **out, auto **error) {
            return passthru_host_guest_setup(get(), words.data(), words.size(), system.c_str(),
                                            said.data(), said.size(), out, error);
        });
    }
    // A self-contained HTML page.
    Document report(const Request &request = Request()) const
    {
        const auto devices = detail::pointers(request.devices);
        return detail::texts([&](auto **out, auto **error) {
            return passthru_host_report(get(), devices.data(), devices.size(),
                                      detail::pointer(request.target), detail::pointer(request.vm),
                                      out, error);
        });
    }
    // A snapshot to share.
    Document capture() const
    {
        return detail::texts([&](auto **out, auto **error) {
            return passthru_host_capture(get(), out, error);
        });
    }
    Document lspci(const std::string &options = "") const
    {
        return detail::texts([&](auto **out, auto **error) {
            return passthru_host_lspci(get(), options.c_str(), nullptr, out, error);
        });
    }
    const passthru_host *get() const noexcept { return host_.get(); }

private:
    passthru_document *examined(const Request &request, passthru_format format) const
    {
        const auto devices = detail::pointers(request.devices);
        return detail::made<passthru_document>([&](auto **out, auto **error) {
            return passthru_host_doctor(get(), devices.data(), devices.size(),
                                        detail::pointer(request.target), format, out, error);
        });
    }

    detail::Owned<passthru_host, passthru_host_free> host_;
};

// A parsed option ROM. The ROM after an edit is the data of the edit's document.
class Rom {
public:
    explicit Rom(passthru_rom *rom) : rom_(rom) {}
    explicit Rom(std::string_view bytes)
        : rom_(detail::made<passthru_rom>([&](auto **out, auto **error) {
              return passthru_rom_parse(detail::bytes(bytes), bytes.size(), out, error);
          }))
    {
    }
    // Read from the card through sysfs; `/` is the running host.
    static Rom dump(const std::string &root, Address address)
    {
        return Rom(detail::made<passthru_rom>([&](auto **out, auto **error) {
            return passthru_rom_dump(root.c_str(), address.packed(), out, error);
        }));
    }
    std::string_view data() const noexcept
    {
        std::size_t length = 0;
        const std::uint8_t *data = passthru_rom_data(get(), &length);
        return detail::bytes(data, length);
    }
    // Its images.
    DocumentOf<RomInfo> info() const
    {
        return detail::says<RomInfo>([&](auto **out, auto **error) {
            return passthru_rom_info(get(), out, error);
        });
    }
    // The consumers that accept it, and its findings, worst first.
    DocumentOf<RomVerification> verify(const std::optional<std::string> &ids = std::nullopt,
                                       const std::optional<std::string> &guest = std::nullopt) const
    {
        return detail::says<RomVerification>([&](auto **out, auto **error) {
            return passthru_rom_verify(get(), detail::pointer(ids), detail::pointer(guest), out,
                                       error);
        });
    }
    // The fields in which another ROM differs.
    DocumentOf<RomDiff> diff(const Rom &other) const
    {
        return detail::says<RomDiff>([&](auto **out, auto **error) {
            return passthru_rom_diff(get(), other.get(), out, error);
        });
    }
    // `images` chooses some, as on the command line; all by default.
    DocumentOf<RomEdit> patch_ids(const std::string &ids,
                                  const std::optional<std::string> &images = std::nullopt) const
    {
        return detail::says<RomEdit>([&](auto **out, auto **error) {
            return passthru_rom_patch_ids(get(), ids.c_str(), detail::pointer(images), out, error);
        });
    }
    DocumentOf<RomEdit> fix_checksum(const std::optional<std::string> &images = std::nullopt) const
    {
        return detail::says<RomEdit>([&](auto **out, auto **error) {
            return passthru_rom_fix_checksum(get(), detail::pointer(images), out, error);
        });
    }
    DocumentOf<RomEdit> set_last(const std::optional<std::string> &images = std::nullopt) const
    {
        return detail::says<RomEdit>([&](auto **out, auto **error) {
            return passthru_rom_set_last(get(), detail::pointer(images), out, error);
        });
    }
    DocumentOf<RomEdit> drop(const std::string &images) const
    {
        return detail::says<RomEdit>([&](auto **out, auto **error) {
            return passthru_rom_drop(get(), images.c_str(), out, error);
        });
    }
    // `tail` chooses the bytes to keep after the last image.
    DocumentOf<RomEdit> trim(const std::string &tail = "keep") const
    {
        return detail::says<RomEdit>([&](auto **out, auto **error) {
            return passthru_rom_trim(get(), tail.c_str(), out, error);
        });
    }
    DocumentOf<RomEdit> add_efi(std::string_view driver, const passthru_new_image *image = nullptr) const
    {
        return detail::says<RomEdit>([&](auto **out, auto **error) {
            return passthru_rom_add_efi(get(), detail::bytes(driver), driver.size(), image, out,
                                        error);
        });
    }
    // `form` is `image`, or `stored` or `driver` for the content of EFI images. The parts are
    // the data of the document.
    DocumentOf<ExtractedParts> extract(const std::optional<std::string> &images = std::nullopt,
                                       const std::string &form = "image") const
    {
        return detail::says<ExtractedParts>([&](auto **out, auto **error) {
            return passthru_rom_extract(get(), detail::pointer(images), form.c_str(), out, error);
        });
    }
    // An ACPI table with the ROM of a device for a guest: its source, and compiled as data.
    Document to_ssdt(const std::string &device,
                     const std::optional<std::string> &images = std::nullopt) const
    {
        return detail::texts([&](auto **out, auto **error) {
            return passthru_rom_to_ssdt(get(), device.c_str(), detail::pointer(images), out, error);
        });
    }
    const passthru_rom *get() const noexcept { return rom_.get(); }

private:
    detail::Owned<passthru_rom, passthru_rom_free> rom_;
};

// The option ROMs in a file, which are the data of the document.
inline DocumentOf<CarvedRoms> carve_roms(std::string_view file)
{
    return detail::says<CarvedRoms>([&](auto **out, auto **error) {
        return passthru_rom_carve(detail::bytes(file), file.size(), out, error);
    });
}

// The option ROMs in an ACPI table VFCT.
inline DocumentOf<VfctRoms> vfct_roms(std::string_view table)
{
    return detail::says<VfctRoms>([&](auto **out, auto **error) {
        return passthru_rom_vfct(detail::bytes(table), table.size(), out, error);
    });
}

// The configuration of a VM in another format. `name` is the file name of the configuration;
// `host` has its functions.
inline DocumentOf<Conversion> convert(const std::string &name, std::string_view text,
                                      const std::string &target, const Host *host = nullptr,
                                      const std::optional<std::string> &mappings = std::nullopt,
                                      const std::optional<std::string> &vm = std::nullopt)
{
    return detail::says<Conversion>([&](auto **out, auto **error) {
        const passthru_text given = {name.c_str(), detail::bytes(text), text.size()};
        return passthru_convert(&given, target.c_str(), host == nullptr ? nullptr : host->get(),
                                detail::pointer(mappings), detail::pointer(vm), out, error);
    });
}

// The meaning of a finding's code, a setting or an error text.
inline DocumentOf<Explanation> explain(const std::string &what)
{
    return detail::says<Explanation>([&](auto **out, auto **error) {
        return passthru_explain(what.c_str(), out, error);
    });
}

// The parsed output of lspci.
inline DocumentOf<Listing> parse_listing(std::string_view text)
{
    return detail::says<Listing>([&](auto **out, auto **error) {
        return passthru_listing_parse(detail::bytes(text), text.size(), out, error);
    });
}

// Names for an ID, or IDs for names.
inline DocumentOf<Ids> ids(const std::string &words)
{
    return detail::says<Ids>([&](auto **out, auto **error) {
        return passthru_names_ids(nullptr, words.c_str(), out, error);
    });
}

// The name of a device, `NVIDIA Corporation GB206 [GeForce RTX 5060 Ti]`.
inline std::string device_name(std::uint16_t vendor, std::uint16_t device)
{
    char name[256];
    const std::size_t length
        = passthru_names_device_text(nullptr, vendor, device, name, sizeof name);
    if (length < sizeof name)
        return std::string(name, length);
    std::string longer(length + 1, '\0');
    passthru_names_device_text(nullptr, vendor, device, longer.data(), longer.size());
    longer.resize(length);
    return longer;
}

} // namespace passthru

#endif
