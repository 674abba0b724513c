// libpassthru for C++17: objects that free themselves, over the functions of passthru.h.
//
// Objects are move-only. A std::string_view that a function gives lives as long as the
// object that it was asked of; what may be missing is a std::optional. What fails throws
// passthru::Error. Of an object the pointer for C is get(), so that every function of
// passthru.h can be called with it.
//
// A callback of a Log may throw: the exception is kept and thrown again when the call that
// told the log has returned.
#ifndef PASSTHRU_HPP
#define PASSTHRU_HPP

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "passthru.h"

#if PASSTHRU_VERSION_MAJOR != 0 || PASSTHRU_API_VERSION < 3
#error "passthru.hpp and passthru.h are of different versions"
#endif

namespace passthru {

namespace detail {

// A text that may be missing.
inline std::optional<std::string_view> view(const char *text)
{
    if (text == nullptr)
        return std::nullopt;
    return std::string_view(text);
}

// A text that is there as long as the object is.
inline std::string_view text(const char *text)
{
    return text == nullptr ? std::string_view() : std::string_view(text);
}

template <typename T, void (*release)(T *)> struct Release {
    void operator()(T *object) const noexcept { release(object); }
};

template <typename T, void (*release)(T *)> using Owned = std::unique_ptr<T, Release<T, release>>;

} // namespace detail

// Why a call failed.
class Error : public std::runtime_error {
public:
    // Takes the error over.
    explicit Error(passthru_status status, passthru_error *error)
        : std::runtime_error(message(status, error)), status_(status),
          error_(error, passthru_error_free)
    {
    }

    passthru_status status() const noexcept { return status_; }
    // A stable word: `bad-device`.
    std::string_view code() const noexcept { return detail::text(passthru_error_code(error_.get())); }
    std::optional<std::string_view> file() const noexcept
    {
        return detail::view(passthru_error_file(error_.get()));
    }
    // From 1; 0 where it is about no line.
    std::uint32_t line() const noexcept { return passthru_error_line(error_.get()); }
    // The bytes that are wrong, from 0.
    std::optional<std::pair<std::size_t, std::size_t>> span() const noexcept
    {
        const std::size_t start = passthru_error_span_start(error_.get());
        if (start == SIZE_MAX)
            return std::nullopt;
        return std::make_pair(start, passthru_error_span_end(error_.get()));
    }
    std::optional<std::string_view> help() const noexcept
    {
        return detail::view(passthru_error_help(error_.get()));
    }
    std::string_view to_json() const noexcept
    {
        return detail::text(passthru_error_to_json(error_.get()));
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

// Throws where a call failed.
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

inline std::string_view bytes(const std::uint8_t *data, std::size_t length)
{
    return data == nullptr ? std::string_view()
                           : std::string_view(reinterpret_cast<const char *>(data), length);
}

inline const char *pointer(const std::optional<std::string> &word)
{
    return word ? word->c_str() : nullptr;
}

// The indices from 0, each as an item.
template <typename Item> class Range {
public:
    class Iterator {
    public:
        using value_type = Item;
        using difference_type = std::ptrdiff_t;

        Iterator(const typename Item::Owner *owner, std::size_t index)
            : owner_(owner), index_(index)
        {
        }
        Item operator*() const { return Item(owner_, index_); }
        Iterator &operator++()
        {
            ++index_;
            return *this;
        }
        bool operator==(const Iterator &other) const { return index_ == other.index_; }
        bool operator!=(const Iterator &other) const { return index_ != other.index_; }

    private:
        const typename Item::Owner *owner_;
        std::size_t index_;
    };

    Range(const typename Item::Owner *owner, std::size_t size) : owner_(owner), size_(size) {}
    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    Iterator begin() const { return Iterator(owner_, 0); }
    Iterator end() const { return Iterator(owner_, size_); }
    Item operator[](std::size_t index) const { return Item(owner_, index); }

private:
    const typename Item::Owner *owner_;
    std::size_t size_;
};

} // namespace detail

// A text that a call made.
class Document {
public:
    explicit Document(passthru_document *document) : document_(document) {}
    std::string_view text() const noexcept
    {
        const char *text = passthru_document_text(document_.get());
        return text == nullptr
            ? std::string_view()
            : std::string_view(text, passthru_document_length(document_.get()));
    }
    const passthru_document *get() const noexcept { return document_.get(); }

private:
    detail::Owned<passthru_document, passthru_document_free> document_;
};

// Who is told what calls do.
class Log {
public:
    using Callback = std::function<void(passthru_log_level, std::string_view)>;

    explicit Log(Callback callback)
        : state_(std::make_unique<State>()),
          context_(detail::made<passthru_context>([this](auto **out, auto **error) {
              return passthru_context_new(told, state_.get(), out, error);
          }))
    {
        state_->callback = std::move(callback);
    }
    const passthru_context *get() const noexcept { return context_.get(); }
    // Throws what the callback threw.
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

    static void told(void *user, std::uint32_t level, const char *message) noexcept
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

// A line that proves a finding.
class Evidence {
public:
    Evidence(const passthru_report *report, std::size_t finding, std::size_t index)
        : report_(report), finding_(finding), index_(index)
    {
    }
    std::string_view source() const noexcept
    {
        return detail::text(passthru_report_finding_evidence_source(report_, finding_, index_));
    }
    // From 1; 0 for what is no line.
    std::uint32_t line() const noexcept
    {
        return passthru_report_finding_evidence_line(report_, finding_, index_);
    }
    std::string_view text() const noexcept
    {
        return detail::text(passthru_report_finding_evidence_text(report_, finding_, index_));
    }

private:
    const passthru_report *report_;
    std::size_t finding_;
    std::size_t index_;
};

// A finding of a Report, as long as that lives.
class Finding {
public:
    using Owner = passthru_report;

    Finding(const passthru_report *report, std::size_t index) : report_(report), index_(index) {}
    std::string_view code() const noexcept
    {
        return detail::text(passthru_report_finding_code(report_, index_));
    }
    passthru_verdict verdict() const noexcept
    {
        return passthru_report_finding_verdict(report_, index_);
    }
    std::string_view verdict_word() const noexcept
    {
        return detail::text(passthru_verdict_word(verdict()));
    }
    std::string_view title() const noexcept
    {
        return detail::text(passthru_report_finding_title(report_, index_));
    }
    std::optional<std::string_view> remedy() const noexcept
    {
        return detail::view(passthru_report_finding_remedy(report_, index_));
    }
    std::vector<std::string_view> devices() const
    {
        std::vector<std::string_view> devices;
        const std::size_t count = passthru_report_finding_device_count(report_, index_);
        for (std::size_t i = 0; i < count; i++)
            devices.push_back(detail::text(passthru_report_finding_device(report_, index_, i)));
        return devices;
    }
    std::vector<Evidence> evidence() const
    {
        std::vector<Evidence> lines;
        const std::size_t count = passthru_report_finding_evidence_count(report_, index_);
        for (std::size_t i = 0; i < count; i++)
            lines.emplace_back(report_, index_, i);
        return lines;
    }

private:
    const passthru_report *report_;
    std::size_t index_;
};

// The findings of one look at a host, worst first.
class Report {
public:
    explicit Report(passthru_report *report) : report_(report) {}
    bool has_fault() const noexcept { return passthru_report_has_fault(report_.get()); }
    detail::Range<Finding> findings() const & noexcept
    {
        return {report_.get(), passthru_report_finding_count(report_.get())};
    }
    // A loop over what a temporary gives would outlive it.
    detail::Range<Finding> findings() const && = delete;
    std::string_view to_json() const noexcept
    {
        return detail::text(passthru_report_to_json(report_.get()));
    }
    // A finding a line.
    Document to_json_lines() const
    {
        return Document(detail::made<passthru_document>([&](auto **out, auto **error) {
            return passthru_report_to_json_lines(report_.get(), out, error);
        }));
    }
    // For the textfile collector of Prometheus' node_exporter.
    Document to_prometheus() const
    {
        return Document(detail::made<passthru_document>([&](auto **out, auto **error) {
            return passthru_report_to_prometheus(report_.get(), out, error);
        }));
    }
    const passthru_report *get() const noexcept { return report_.get(); }

private:
    detail::Owned<passthru_report, passthru_report_free> report_;
};

// What a plan is carried out, checked or taken back with.
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
    const passthru_apply_options *get() const noexcept { return options_.get(); }

private:
    detail::Owned<passthru_apply_options, passthru_apply_options_free> options_;
};

// What a transaction did in one call.
class Transaction {
public:
    explicit Transaction(passthru_transaction *transaction) : transaction_(transaction) {}
    std::uint32_t number() const noexcept
    {
        return passthru_transaction_number(transaction_.get());
    }
    passthru_state state() const noexcept { return passthru_transaction_state(transaction_.get()); }
    std::vector<std::pair<passthru_step, std::string_view>> steps() const
    {
        std::vector<std::pair<passthru_step, std::string_view>> steps;
        const std::size_t count = passthru_transaction_step_count(transaction_.get());
        for (std::size_t i = 0; i < count; i++)
            steps.emplace_back(passthru_transaction_step_kind(transaction_.get(), i),
                               detail::text(passthru_transaction_step_text(transaction_.get(), i)));
        return steps;
    }
    std::string_view to_json() const noexcept
    {
        return detail::text(passthru_transaction_to_json(transaction_.get()));
    }
    const passthru_transaction *get() const noexcept { return transaction_.get(); }

private:
    detail::Owned<passthru_transaction, passthru_transaction_free> transaction_;
};

namespace detail {

// A transaction that a call makes, told to a log.
template <typename Call> Transaction changed(const Log *log, Call call)
{
    passthru_transaction *made = nullptr;
    passthru_error *error = nullptr;
    const passthru_status status = call(log == nullptr ? nullptr : log->get(), &made, &error);
    Owned<passthru_transaction, passthru_transaction_free> held(made);
    std::unique_ptr<passthru_error, void (*)(passthru_error *)> why(error, passthru_error_free);
    if (log != nullptr)
        log->rethrow();
    check(status, why.release());
    return Transaction(held.release());
}

} // namespace detail

// What is to be done to give functions to a guest.
class Plan {
public:
    explicit Plan(passthru_plan *plan) : plan_(plan) {}
    static Plan from_json(std::string_view json)
    {
        return Plan(detail::made<passthru_plan>([&](auto **out, auto **error) {
            return passthru_plan_from_json(reinterpret_cast<const std::uint8_t *>(json.data()),
                                           json.size(), out, error);
        }));
    }
    std::string_view to_json() const noexcept
    {
        return detail::text(passthru_plan_to_json(plan_.get()));
    }
    std::string_view patch() const noexcept
    {
        return detail::text(passthru_plan_to_patch(plan_.get()));
    }
    Document script() const
    {
        return Document(detail::made<passthru_document>([&](auto **out, auto **error) {
            return passthru_plan_to_script(plan_.get(), out, error);
        }));
    }
    Document playbook() const
    {
        return Document(detail::made<passthru_document>([&](auto **out, auto **error) {
            return passthru_plan_to_playbook(plan_.get(), out, error);
        }));
    }
    // What speaks against carrying it out; nothing is written.
    std::vector<std::string> check(const ApplyOptions &options) const
    {
        detail::Owned<passthru_check, passthru_check_free> check(
            detail::made<passthru_check>([&](auto **out, auto **error) {
                return passthru_plan_check(plan_.get(), options.get(), out, error);
            }));
        std::vector<std::string> refusals;
        for (std::size_t i = 0; i < passthru_check_refusal_count(check.get()); i++)
            refusals.emplace_back(passthru_check_refusal(check.get(), i));
        return refusals;
    }
    Transaction apply(const ApplyOptions &options, const Log *log = nullptr) const
    {
        return detail::changed(log, [&](const passthru_context *context, auto **out, auto **error) {
            return passthru_plan_apply(plan_.get(), options.get(), context, out, error);
        });
    }
    const passthru_plan *get() const noexcept { return plan_.get(); }

private:
    detail::Owned<passthru_plan, passthru_plan_free> plan_;
};

// Finishes the transaction that was interrupted.
inline Transaction resume(const ApplyOptions &options, const Log *log = nullptr)
{
    return detail::changed(log, [&](const passthru_context *context, auto **out, auto **error) {
        return passthru_resume(options.get(), context, out, error);
    });
}

// Takes the newest transaction back.
inline Transaction undo(const ApplyOptions &options, const Log *log = nullptr)
{
    return detail::changed(log, [&](const passthru_context *context, auto **out, auto **error) {
        return passthru_undo(options.get(), context, out, error);
    });
}

// Whether a plan worked.
class Verification {
public:
    explicit Verification(passthru_verification *verification) : verification_(verification) {}
    bool is_verified() const noexcept
    {
        return passthru_verification_is_verified(verification_.get());
    }
    std::vector<std::pair<passthru_verdict, std::string_view>> answers() const
    {
        std::vector<std::pair<passthru_verdict, std::string_view>> answers;
        const std::size_t count = passthru_verification_answer_count(verification_.get());
        for (std::size_t i = 0; i < count; i++)
            answers.emplace_back(
                passthru_verification_answer_verdict(verification_.get(), i),
                detail::text(passthru_verification_answer_text(verification_.get(), i)));
        return answers;
    }
    std::string_view to_json() const noexcept
    {
        return detail::text(passthru_verification_to_json(verification_.get()));
    }
    const passthru_verification *get() const noexcept { return verification_.get(); }

private:
    detail::Owned<passthru_verification, passthru_verification_free> verification_;
};

// What changed between two looks at a host.
class Diff {
public:
    explicit Diff(passthru_diff *diff) : diff_(diff) {}
    bool has_fault() const noexcept { return passthru_diff_has_fault(diff_.get()); }
    std::vector<std::string_view> texts() const
    {
        std::vector<std::string_view> texts;
        for (std::size_t i = 0; i < passthru_diff_count(diff_.get()); i++)
            texts.push_back(detail::text(passthru_diff_text(diff_.get(), i)));
        return texts;
    }
    std::string_view to_json() const noexcept
    {
        return detail::text(passthru_diff_to_json(diff_.get()));
    }
    const passthru_diff *get() const noexcept { return diff_.get(); }

private:
    detail::Owned<passthru_diff, passthru_diff_free> diff_;
};

// A group of a Groups, as long as that lives.
class Group {
public:
    using Owner = passthru_groups;

    struct Member {
        passthru_address address;
        passthru_standing standing;
        // The driver of the host because of which it blocks.
        std::optional<std::string_view> driver;
    };
    struct Loss {
        // `file-system`, `network` or `boot-display`.
        std::string_view kind;
        std::optional<std::string_view> name;
    };

    Group(const passthru_groups *groups, std::size_t index) : groups_(groups), index_(index) {}
    std::uint32_t number() const noexcept { return passthru_groups_number(groups_, index_); }
    // Whether its members are all that it has for certain.
    bool is_whole() const noexcept { return passthru_groups_is_whole(groups_, index_); }
    passthru_viability viability() const noexcept
    {
        return passthru_groups_viability(groups_, index_);
    }
    std::vector<Member> members() const
    {
        std::vector<Member> members(passthru_groups_member_count(groups_, index_));
        for (std::size_t i = 0; i < members.size(); i++)
            members[i] = {passthru_groups_member_address(groups_, index_, i),
                          passthru_groups_member_standing(groups_, index_, i),
                          detail::view(passthru_groups_member_driver(groups_, index_, i))};
        return members;
    }
    // What the host would lose with it.
    std::vector<Loss> losses() const
    {
        std::vector<Loss> losses(passthru_groups_loss_count(groups_, index_));
        for (std::size_t i = 0; i < losses.size(); i++)
            losses[i] = {detail::text(passthru_groups_loss_kind(groups_, index_, i)),
                         detail::view(passthru_groups_loss_name(groups_, index_, i))};
        return losses;
    }

private:
    const passthru_groups *groups_;
    std::size_t index_;
};

// The IOMMU groups that a host shows.
class Groups {
public:
    explicit Groups(passthru_groups *groups) : groups_(groups) {}
    detail::Range<Group> groups() const & noexcept
    {
        return {groups_.get(), passthru_groups_count(groups_.get())};
    }
    // A loop over what a temporary gives would outlive it.
    detail::Range<Group> groups() const && = delete;
    const passthru_groups *get() const noexcept { return groups_.get(); }

private:
    detail::Owned<passthru_groups, passthru_groups_free> groups_;
};

// Why a function shares the group of another; the words live as long as the Prediction.
struct Reason {
    passthru_address a;
    passthru_address b;
    std::string_view reason;
};

// The groups that Linux would form.
class Prediction {
public:
    struct Group {
        std::uint32_t number;
        std::vector<passthru_address> members;
        std::vector<Reason> reasons;
    };
    // A function that shares a group with the devices that were asked for.
    struct Sharing {
        passthru_address address;
        // Something of every chain must change to part it.
        std::vector<std::vector<Reason>> chains;
        std::vector<passthru_address> not_overridden;
    };
    // What would leave fewer of these.
    struct Change {
        std::optional<passthru_address> move_below;
        std::optional<std::string_view> option;
        std::vector<passthru_address> left;
    };

    // A function that a change of the hardware puts elsewhere or adds.
    struct Changed {
        passthru_address address;
        // Where it is without the change; none for one that it adds.
        std::optional<passthru_address> was;
    };

    explicit Prediction(passthru_prediction *prediction) : prediction_(prediction) {}
    std::string_view rules() const noexcept { return detail::text(passthru_prediction_rules(get())); }
    bool shows_all_functions() const noexcept
    {
        return passthru_prediction_shows_all_functions(get());
    }
    bool numbers_sure() const noexcept { return passthru_prediction_numbers_sure(get()); }
    // Where something is undecided, of either outcome.
    std::vector<Group> groups(passthru_outcome outcome = PASSTHRU_OUTCOME_ISOLATED) const
    {
        std::vector<Group> groups(passthru_prediction_group_count(get(), outcome));
        for (std::size_t i = 0; i < groups.size(); i++) {
            passthru_address address = {};
            passthru_reason_fields reason = {};
            groups[i].number = passthru_prediction_group_number(get(), outcome, i);
            for (std::size_t j = 0; passthru_prediction_member(get(), outcome, i, j, &address); j++)
                groups[i].members.push_back(address);
            for (std::size_t j = 0; passthru_prediction_reason(get(), outcome, i, j, &reason); j++)
                groups[i].reasons.push_back(of(reason));
        }
        return groups;
    }
    std::vector<passthru_address> ungrouped() const
    {
        return all([&](std::size_t i, passthru_address *out) {
            return passthru_prediction_ungrouped(get(), i, out);
        });
    }
    std::vector<passthru_address> undecided() const
    {
        return all([&](std::size_t i, passthru_address *out) {
            return passthru_prediction_undecided(get(), i, out);
        });
    }
    std::vector<Changed> changed() const
    {
        std::vector<Changed> changed(passthru_prediction_changed_count(get()));
        for (std::size_t i = 0; i < changed.size(); i++) {
            passthru_address was = {};
            passthru_prediction_changed(get(), i, &changed[i].address);
            if (passthru_prediction_changed_was(get(), i, &was))
                changed[i].was = was;
        }
        return changed;
    }
    passthru_observation observation() const noexcept
    {
        return passthru_prediction_observation(get());
    }
    std::optional<std::string_view> cause() const noexcept
    {
        return detail::view(passthru_prediction_cause(get()));
    }
    std::vector<std::pair<passthru_address, passthru_address>>
    mismatches(passthru_mismatch mismatch) const
    {
        std::vector<std::pair<passthru_address, passthru_address>> pairs(
            passthru_prediction_mismatch_count(get(), mismatch));
        for (std::size_t i = 0; i < pairs.size(); i++)
            passthru_prediction_mismatch(get(), mismatch, i, &pairs[i].first, &pairs[i].second);
        return pairs;
    }
    std::vector<passthru_address> devices() const
    {
        return all([&](std::size_t i, passthru_address *out) {
            return passthru_prediction_device(get(), i, out);
        });
    }
    std::vector<Sharing> sharing() const
    {
        std::vector<Sharing> sharing(passthru_prediction_sharing_count(get()));
        for (std::size_t i = 0; i < sharing.size(); i++) {
            passthru_reason_fields reason = {};
            passthru_prediction_sharing(get(), i, &sharing[i].address);
            sharing[i].chains.resize(passthru_prediction_sharing_chain_count(get(), i));
            for (std::size_t j = 0; j < sharing[i].chains.size(); j++)
                for (std::size_t k = 0;
                     passthru_prediction_sharing_reason(get(), i, j, k, &reason); k++)
                    sharing[i].chains[j].push_back(of(reason));
            sharing[i].not_overridden = all([&](std::size_t j, passthru_address *out) {
                return passthru_prediction_sharing_not_overridden(get(), i, j, out);
            });
        }
        return sharing;
    }
    std::vector<Change> changes() const
    {
        std::vector<Change> changes(passthru_prediction_change_count(get()));
        for (std::size_t i = 0; i < changes.size(); i++) {
            passthru_address port = {};
            if (passthru_prediction_change_move_below(get(), i, &port))
                changes[i].move_below = port;
            changes[i].option = detail::view(passthru_prediction_change_option(get(), i));
            changes[i].left = all([&](std::size_t j, passthru_address *out) {
                return passthru_prediction_change_left(get(), i, j, out);
            });
        }
        return changes;
    }
    std::string_view to_json() const noexcept
    {
        return detail::text(passthru_prediction_to_json(get()));
    }
    const passthru_prediction *get() const noexcept { return prediction_.get(); }

private:
    static Reason of(const passthru_reason_fields &reason)
    {
        return {reason.a, reason.b, detail::text(reason.reason)};
    }

    // What an accessor gives until there is no more.
    template <typename Call> static std::vector<passthru_address> all(Call call)
    {
        std::vector<passthru_address> addresses;
        passthru_address address = {};
        for (std::size_t i = 0; call(i, &address); i++)
            addresses.push_back(address);
        return addresses;
    }

    detail::Owned<passthru_prediction, passthru_prediction_free> prediction_;
};

// Files and texts of a host that the program has read by itself.
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
    // A path that the host does not have.
    Input &add_absent(const std::string &path)
    {
        detail::check(passthru_input_add_absent(input_.get(), path.c_str()));
        return *this;
    }
    // Chooses one of the machines whose prompts stand in texts.
    Input &set_machine(const std::string &machine)
    {
        detail::check(passthru_input_set_machine(input_.get(), machine.c_str()));
        return *this;
    }
    // A text of any kind that is known, by the name that evidence will call it by.
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

// What is asked of a host: words for devices, the hypervisor, the guest.
struct Request {
    std::vector<std::string> devices;
    std::optional<std::string> target;
    std::optional<std::string> vm;
    // How vfio-pci is to get the functions, a word of docs/driver-binding.md.
    std::optional<std::string> binding;
    // What the guest's machine is to have beside the devices: passthru_request_add_wish().
    std::vector<std::string> wishes = {};
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
    // Texts by the names that evidence will call them by.
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

    // Tells the log what each text was taken for.
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

    // The findings about devices, or about what the host's settings mean to pass through.
    Report doctor() const { return doctor(Request()); }
    Report doctor(const Request &request) const
    {
        const auto devices = detail::pointers(request.devices);
        return Report(detail::made<passthru_report>([&](auto **out, auto **error) {
            return passthru_host_doctor(host_.get(), devices.data(), devices.size(),
                                        detail::pointer(request.target), out, error);
        }));
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
        for (const std::string &wish : request.wishes)
            detail::check(passthru_request_add_wish(asked.get(), wish.c_str()));
        return Plan(detail::made<passthru_plan>([&](auto **out, auto **error) {
            return passthru_host_plan_request(host_.get(), asked.get(), out, error);
        }));
    }
    Verification verify(const Plan *plan = nullptr) const
    {
        return Verification(detail::made<passthru_verification>([&](auto **out, auto **error) {
            return passthru_host_verify(host_.get(), plan == nullptr ? nullptr : plan->get(), out,
                                        error);
        }));
    }
    // What changed from `old` to this host.
    Diff differences_from(const Host &old) const
    {
        return Diff(detail::made<passthru_diff>([&](auto **out, auto **error) {
            return passthru_host_differences(old.get(), host_.get(), out, error);
        }));
    }
    Groups groups() const
    {
        return Groups(detail::made<passthru_groups>([&](auto **out, auto **error) {
            return passthru_host_groups(host_.get(), out, error);
        }));
    }
    // The groups with these kernel options besides, on another kernel where one is named;
    // and what shares one with the devices, where some are.
    Prediction predict_groups(const std::vector<std::string> &devices = {},
                              const std::vector<std::string> &options = {},
                              const std::optional<std::string> &kernel = std::nullopt) const
    {
        const auto words = detail::pointers(devices);
        const auto with = detail::pointers(options);
        return Prediction(detail::made<passthru_prediction>([&](auto **out, auto **error) {
            return passthru_host_predict_groups(host_.get(), words.data(), words.size(),
                                                with.data(), with.size(), detail::pointer(kernel),
                                                out, error);
        }));
    }
    // The host in one document.
    Document status() const
    {
        return Document(detail::made<passthru_document>([&](auto **out, auto **error) {
            return passthru_host_status(host_.get(), out, error);
        }));
    }
    // Whether a guest can have each card.
    Document check(const Request &request = Request()) const
    {
        const auto devices = detail::pointers(request.devices);
        return Document(detail::made<passthru_document>([&](auto **out, auto **error) {
            return passthru_host_check(host_.get(), devices.data(), devices.size(),
                                   detail::pointer(request.target), out, error);
        }));
    }
    // One line that gathers what the input lacks.
    Document ask(const Request &request = Request()) const
    {
        const auto devices = detail::pointers(request.devices);
        return Document(detail::made<passthru_document>([&](auto **out, auto **error) {
            return passthru_host_ask(host_.get(), devices.data(), devices.size(),
                                   detail::pointer(request.target), out, error);
        }));
    }
    // A page for a browser.
    Document page(const Request &request = Request()) const
    {
        const auto devices = detail::pointers(request.devices);
        return Document(detail::made<passthru_document>([&](auto **out, auto **error) {
            return passthru_host_page(host_.get(), devices.data(), devices.size(),
                                      detail::pointer(request.target),
                                      detail::pointer(request.vm), out, error);
        }));
    }
    // What is done inside a guest that has the devices: passthru_host_guest_work().
    Document guest_work(const std::vector<std::string> &devices, const std::string &system,
                        const std::vector<std::string> &options = {}) const
    {
        const auto words = detail::pointers(devices);
        const auto said = detail::pointers(options);
        return Document(detail::made<passthru_document>([&](auto **out, auto **error) {
            return passthru_host_guest_work(host_.get(), words.data(), words.size(),
                                            system.c_str(), said.data(), said.size(), out, error);
        }));
    }
    Document capture() const
    {
        return Document(detail::made<passthru_document>([&](auto **out, auto **error) {
            return passthru_host_capture(host_.get(), out, error);
        }));
    }
    Document lspci(const std::string &options = "") const
    {
        return Document(detail::made<passthru_document>([&](auto **out, auto **error) {
            return passthru_host_lspci(host_.get(), options.c_str(), nullptr, out, error);
        }));
    }
    std::string_view list_json() const noexcept
    {
        return detail::text(passthru_host_list_json(host_.get()));
    }
    std::string_view groups_json() const noexcept
    {
        return detail::text(passthru_host_groups_json(host_.get()));
    }
    std::vector<passthru_device_fields> devices() const
    {
        std::vector<passthru_device_fields> devices(passthru_host_device_count(host_.get()));
        for (std::size_t i = 0; i < devices.size(); i++)
            passthru_host_device(host_.get(), i, &devices[i]);
        return devices;
    }
    const passthru_host *get() const noexcept { return host_.get(); }

private:
    detail::Owned<passthru_host, passthru_host_free> host_;
};

// Who takes an option ROM, and what is wrong with it, worst first.
class RomReport {
public:
    struct Answer {
        std::string_view consumer;
        // `accepts`, `refuses` or `unknown`.
        std::string_view acceptance;
        std::string_view because;
    };
    struct Finding {
        std::string_view code;
        passthru_verdict verdict;
        std::optional<std::string_view> consumer;
        // In bytes from the start of the file.
        std::optional<std::size_t> offset;
        std::string_view text;
        std::optional<std::string_view> remedy;
    };

    explicit RomReport(passthru_rom_report *report) : report_(report) {}
    bool has_fault() const noexcept { return passthru_rom_report_has_fault(get()); }
    std::vector<Answer> answers() const
    {
        std::vector<Answer> answers(passthru_rom_report_answer_count(get()));
        for (std::size_t i = 0; i < answers.size(); i++)
            answers[i] = {detail::text(passthru_rom_report_answer_consumer(get(), i)),
                          detail::text(passthru_rom_report_answer_acceptance(get(), i)),
                          detail::text(passthru_rom_report_answer_because(get(), i))};
        return answers;
    }
    std::vector<Finding> findings() const
    {
        std::vector<Finding> findings(passthru_rom_report_finding_count(get()));
        for (std::size_t i = 0; i < findings.size(); i++) {
            const std::size_t offset = passthru_rom_report_finding_offset(get(), i);
            findings[i] = {detail::text(passthru_rom_report_finding_code(get(), i)),
                           passthru_rom_report_finding_verdict(get(), i),
                           detail::view(passthru_rom_report_finding_consumer(get(), i)),
                           offset == SIZE_MAX ? std::nullopt : std::make_optional(offset),
                           detail::text(passthru_rom_report_finding_text(get(), i)),
                           detail::view(passthru_rom_report_finding_remedy(get(), i))};
        }
        return findings;
    }
    std::string_view to_json() const noexcept
    {
        return detail::text(passthru_rom_report_to_json(get()));
    }
    const passthru_rom_report *get() const noexcept { return report_.get(); }

private:
    detail::Owned<passthru_rom_report, passthru_rom_report_free> report_;
};

// An edited ROM, and what was changed.
class RomEdit {
public:
    explicit RomEdit(passthru_rom_edit *edit) : edit_(edit) {}
    std::string_view data() const noexcept
    {
        return detail::bytes(passthru_rom_edit_data(get()), passthru_rom_edit_length(get()));
    }
    // Why each change was made.
    std::vector<std::string_view> changes() const
    {
        std::vector<std::string_view> changes(passthru_rom_edit_change_count(get()));
        for (std::size_t i = 0; i < changes.size(); i++)
            changes[i] = detail::text(passthru_rom_edit_change_why(get(), i));
        return changes;
    }
    std::string_view to_json() const noexcept
    {
        return detail::text(passthru_rom_edit_to_json(get()));
    }
    const passthru_rom_edit *get() const noexcept { return edit_.get(); }

private:
    detail::Owned<passthru_rom_edit, passthru_rom_edit_free> edit_;
};

// What was taken out of a file: images, drivers, whole ROMs.
class RomParts {
public:
    explicit RomParts(passthru_rom_parts *parts) : parts_(parts) {}
    // Where each was, in bytes from the start of the file, and its bytes.
    std::vector<std::pair<std::size_t, std::string_view>> parts() const
    {
        std::vector<std::pair<std::size_t, std::string_view>> parts(
            passthru_rom_parts_count(get()));
        for (std::size_t i = 0; i < parts.size(); i++)
            parts[i] = {passthru_rom_parts_offset(get(), i),
                        detail::bytes(passthru_rom_parts_data(get(), i),
                                      passthru_rom_parts_length(get(), i))};
        return parts;
    }
    std::string_view to_json() const noexcept
    {
        return detail::text(passthru_rom_parts_to_json(get()));
    }
    const passthru_rom_parts *get() const noexcept { return parts_.get(); }

private:
    detail::Owned<passthru_rom_parts, passthru_rom_parts_free> parts_;
};

// An option ROM, taken apart.
class Rom {
public:
    explicit Rom(passthru_rom *rom) : rom_(rom) {}
    explicit Rom(std::string_view bytes)
        : rom_(detail::made<passthru_rom>([&](auto **out, auto **error) {
              return passthru_rom_parse(detail::bytes(bytes), bytes.size(), out, error);
          }))
    {
    }
    // Read from the card by the kernel; `/` is the running host.
    static Rom dump(const std::string &root, passthru_address address)
    {
        return Rom(detail::made<passthru_rom>([&](auto **out, auto **error) {
            return passthru_rom_dump(root.c_str(), address, out, error);
        }));
    }
    std::string_view data() const noexcept
    {
        return detail::bytes(passthru_rom_data(get()), passthru_rom_length(get()));
    }
    std::vector<passthru_rom_image_fields> images() const
    {
        std::vector<passthru_rom_image_fields> images(passthru_rom_image_count(get()));
        for (std::size_t i = 0; i < images.size(); i++)
            passthru_rom_image(get(), i, &images[i]);
        return images;
    }
    RomReport verify(const std::optional<std::string> &ids = std::nullopt,
                     const std::optional<std::string> &guest = std::nullopt) const
    {
        return RomReport(detail::made<passthru_rom_report>([&](auto **out, auto **error) {
            return passthru_rom_verify(get(), detail::pointer(ids), detail::pointer(guest), out,
                                       error);
        }));
    }
    // `images` chooses some, as on the command line; all without it.
    RomEdit patch_ids(const std::string &ids,
                      const std::optional<std::string> &images = std::nullopt) const
    {
        return edited([&](auto **out, auto **error) {
            return passthru_rom_patch_ids(get(), ids.c_str(), detail::pointer(images), out, error);
        });
    }
    RomEdit fix_checksum(const std::optional<std::string> &images = std::nullopt) const
    {
        return edited([&](auto **out, auto **error) {
            return passthru_rom_fix_checksum(get(), detail::pointer(images), out, error);
        });
    }
    RomEdit set_last(const std::optional<std::string> &images = std::nullopt) const
    {
        return edited([&](auto **out, auto **error) {
            return passthru_rom_set_last(get(), detail::pointer(images), out, error);
        });
    }
    RomEdit drop(const std::string &images) const
    {
        return edited([&](auto **out, auto **error) {
            return passthru_rom_drop(get(), images.c_str(), out, error);
        });
    }
    // `tail` says what becomes of the bytes behind the last image.
    RomEdit trim(const std::string &tail = "keep") const
    {
        return edited([&](auto **out, auto **error) {
            return passthru_rom_trim(get(), tail.c_str(), out, error);
        });
    }
    RomEdit add_efi(std::string_view driver, const passthru_new_image *image = nullptr) const
    {
        return edited([&](auto **out, auto **error) {
            return passthru_rom_add_efi(get(), detail::bytes(driver), driver.size(), image, out,
                                        error);
        });
    }
    // `form` is `image`, or `stored` or `driver` for what is in EFI images.
    RomParts extract(const std::optional<std::string> &images = std::nullopt,
                     const std::string &form = "image") const
    {
        return RomParts(detail::made<passthru_rom_parts>([&](auto **out, auto **error) {
            return passthru_rom_extract(get(), detail::pointer(images), form.c_str(), out, error);
        }));
    }
    std::string_view to_json() const noexcept
    {
        return detail::text(passthru_rom_to_json(rom_.get()));
    }
    const passthru_rom *get() const noexcept { return rom_.get(); }

private:
    template <typename Call> static RomEdit edited(Call call)
    {
        return RomEdit(detail::made<passthru_rom_edit>(call));
    }

    detail::Owned<passthru_rom, passthru_rom_free> rom_;
};

// The option ROMs inside a firmware's file.
inline RomParts carve_roms(std::string_view firmware)
{
    return RomParts(detail::made<passthru_rom_parts>([&](auto **out, auto **error) {
        return passthru_rom_carve(detail::bytes(firmware), firmware.size(), out, error);
    }));
}

// Those in an ACPI table VFCT.
inline RomParts vfct_roms(std::string_view table)
{
    return RomParts(detail::made<passthru_rom_parts>([&](auto **out, auto **error) {
        return passthru_rom_vfct(detail::bytes(table), table.size(), out, error);
    }));
}

// A machine's configuration for another hypervisor.
class Conversion {
public:
    struct File {
        std::string_view path;
        std::string_view text;
    };
    // Something without a counterpart, and why.
    struct Lost {
        std::string_view what;
        std::string_view reason;
        // From 1; 0 where that is not known.
        std::uint32_t line;
    };

    // `name` is that of the configuration's file; `host` has the functions that it names.
    Conversion(const std::string &name, std::string_view text, const std::string &target,
               const Host *host = nullptr,
               const std::optional<std::string> &mappings = std::nullopt,
               const std::optional<std::string> &vm = std::nullopt)
        : conversion_(detail::made<passthru_conversion>([&](auto **out, auto **error) {
              const passthru_text given = {name.c_str(), detail::bytes(text), text.size()};
              return passthru_convert(&given, target.c_str(),
                                      host == nullptr ? nullptr : host->get(),
                                      detail::pointer(mappings), detail::pointer(vm), out, error);
          }))
    {
    }
    std::vector<File> files() const
    {
        std::vector<File> files(passthru_conversion_file_count(get()));
        for (std::size_t i = 0; i < files.size(); i++)
            files[i] = {detail::text(passthru_conversion_file_path(get(), i)),
                        std::string_view(passthru_conversion_file_text(get(), i),
                                         passthru_conversion_file_length(get(), i))};
        return files;
    }
    std::vector<Lost> lost() const
    {
        std::vector<Lost> lost(passthru_conversion_lost_count(get()));
        for (std::size_t i = 0; i < lost.size(); i++)
            lost[i] = {detail::text(passthru_conversion_lost_what(get(), i)),
                       detail::text(passthru_conversion_lost_reason(get(), i)),
                       passthru_conversion_lost_line(get(), i)};
        return lost;
    }
    std::string_view to_json() const noexcept
    {
        return detail::text(passthru_conversion_to_json(get()));
    }
    const passthru_conversion *get() const noexcept { return conversion_.get(); }

private:
    detail::Owned<passthru_conversion, passthru_conversion_free> conversion_;
};

// What a finding's code, a setting or an error text means.
class Explanation {
public:
    explicit Explanation(const std::string &what)
        : explanation_(detail::made<passthru_explanation>([&](auto **out, auto **error) {
              return passthru_explain(what.c_str(), out, error);
          }))
    {
    }
    std::string_view meaning() const noexcept
    {
        return detail::text(passthru_explanation_meaning(get()));
    }
    std::optional<std::string_view> source() const noexcept
    {
        return detail::view(passthru_explanation_source(get()));
    }
    std::string_view to_json() const noexcept
    {
        return detail::text(passthru_explanation_to_json(get()));
    }
    const passthru_explanation *get() const noexcept { return explanation_.get(); }

private:
    detail::Owned<passthru_explanation, passthru_explanation_free> explanation_;
};

// What lspci printed, in any of its forms.
class Listing {
public:
    explicit Listing(std::string_view text)
        : listing_(detail::made<passthru_listing>([&](auto **out, auto **error) {
              return passthru_listing_parse(detail::bytes(text), text.size(), out, error);
          }))
    {
    }
    std::vector<passthru_record_fields> records() const
    {
        std::vector<passthru_record_fields> records(passthru_listing_count(get()));
        for (std::size_t i = 0; i < records.size(); i++)
            passthru_listing_record(get(), i, &records[i]);
        return records;
    }
    // A text of a record, counted from 0.
    std::optional<std::string_view> text(std::size_t record, passthru_record_text text) const
    {
        return detail::view(passthru_listing_text(get(), record, text));
    }
    std::vector<std::string_view> modules(std::size_t record) const
    {
        std::vector<std::string_view> modules(passthru_listing_module_count(get(), record));
        for (std::size_t i = 0; i < modules.size(); i++)
            modules[i] = detail::text(passthru_listing_module(get(), record, i));
        return modules;
    }
    const passthru_listing *get() const noexcept { return listing_.get(); }

private:
    detail::Owned<passthru_listing, passthru_listing_free> listing_;
};

// A device's name, `NVIDIA Corporation GB206 [GeForce RTX 5060 Ti]`.
inline std::string device_name(passthru_ids ids)
{
    char name[256];
    const std::size_t length = passthru_names_device_text(nullptr, ids, name, sizeof name);
    if (length < sizeof name)
        return std::string(name, length);
    std::string longer(length + 1, '\0');
    passthru_names_device_text(nullptr, ids, longer.data(), longer.size());
    longer.resize(length);
    return longer;
}

} // namespace passthru

#endif
