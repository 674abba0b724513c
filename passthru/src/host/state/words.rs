//! All that sentences state of a host, its guests and a failure.

use std::collections::BTreeMap;

use host_tree::Evidence;
use pci_core::Address;

use crate::host::fact::Fact;
use crate::host::hardware::device::Device;
use crate::host::identity::system_markers;
use crate::host::settings::Settings;
use crate::host::settings::quoted_options::{self, QuotedOption};
use crate::host::sources::groups_in_line;
use crate::host::texts::Texts;
use crate::host::words::causes::{self, Explanations};
use crate::host::words::driver_first::{self, DriverFirst};
use crate::host::words::good_news::{self, GoodNews};
use crate::host::words::guest_failure::{self, GuestFailure};
use crate::host::words::known_facts::StatedFacts;
use crate::host::words::messages::LogMessage;
use crate::host::words::named_phrases::NamedPhrases;
use crate::host::words::rebuilt::Rebuilt;
use crate::host::words::situation::{self, Situation};
use crate::host::words::solved::{self, Solved};
use crate::host::words::stated_isolation::{self, StatedIsolation};
use crate::host::words::statements::{self, Statements};
use crate::host::words::symptoms::{self, Symptom};
use crate::host::words::{
    attempts, complaint, device_kind, done, guide, images, named_cards, prose, subject,
};

/// What sentences state.
#[derive(Debug, Default)]
pub(crate) struct Words {
    /// The sentence by which the text is a guide, and describes no host of its writer.
    pub(crate) guide: Option<Evidence>,
    /// The graphics card that the words of the input mean.
    pub(crate) meant: Option<Address>,
    /// The failures that sentences report as solved.
    pub(crate) solved: Vec<Solved>,
    /// The first sentence about an assignment.
    pub(crate) subject: Option<Evidence>,
    /// The word for the only hypervisor that sentences name.
    pub(in crate::host) hypervisor: Option<Fact<&'static str>>,
    /// The first sentence that reports a failure.
    pub(crate) complaint: Option<Evidence>,
    /// The first sentence that describes a guest which fails.
    pub(crate) guest_failure: Option<Fact<GuestFailure>>,
    /// The first sentence that says that a listing in a guest lacks the device.
    pub(crate) unlisted: Option<Evidence>,
    /// The first sentence that reports code 43 of Windows.
    pub(crate) code_43_statement: Option<Evidence>,
    /// Sentences that say that a guest runs with its device, or sees it.
    pub(crate) good_news: Vec<GoodNews>,
    /// Symptoms that sentences describe.
    pub(crate) symptoms: Vec<Fact<Symptom>>,
    /// Facts that sentences state.
    pub(crate) statements: Statements,
    /// Another driver that has the device for a guest before vfio-pci.
    pub(crate) driver_first: Option<Fact<DriverFirst>>,
    /// States that sentences name.
    pub(crate) situation: Vec<Fact<Situation>>,
    /// Sentences about changes after which the failure remained.
    pub(crate) attempts: Vec<Evidence>,
    /// The kind of the assigned device, by sentences.
    pub(crate) device_kind: Option<&'static str>,
    /// Settings and changes that sentences report as done or tried.
    pub(crate) done: Vec<Fact<&'static NamedPhrases>>,
    /// Settings that only a reboot has yet to bring into effect.
    pub(crate) rebuilt: Rebuilt,
    /// Causes, and changes that helped, that sentences name.
    pub(crate) explanations: Explanations,
    /// The chip of an AMD card without a standard reset that sentences name.
    pub(crate) named_card: Option<Fact<&'static str>>,
    /// Facts of the trade whose words sentences have.
    pub(crate) stated_facts: StatedFacts,
    /// Options of the kernel that sentences name.
    pub(crate) quoted_options: Vec<Fact<QuotedOption>>,
    /// Lines with an image.
    pub(crate) images: Vec<Evidence>,
    /// Isolation that sentences state.
    pub(crate) stated_isolation: StatedIsolation,
}

impl Words {
    /// Reads all but [`stated_facts`](Self::stated_facts), which need the names of the system.
    pub(in crate::host) fn read(
        texts: &Texts<'_>,
        solved: Vec<Solved>,
        devices: &BTreeMap<Address, Device>,
        settings: &Settings,
        logged: &[LogMessage],
    ) -> Self {
        let posts = &texts.posts;
        let mut symptoms = symptoms::read(posts);
        symptoms.retain(|symptom| !solved::is_over(&solved, &symptom.evidence));
        let mut statements = statements::read(texts.pasted, posts);
        let listed = || groups_in_line::with_network_card(texts.all);
        statements.network_card_in_group = statements.network_card_in_group.or_else(listed);
        let subject = subject::read(posts);
        let mut words = Self {
            guide: None,
            meant: prose::meant(texts.pasted, devices),
            subject: subject.shown,
            hypervisor: subject.hypervisor,
            complaint: None,
            guest_failure: guest_failure::read(posts, &solved),
            unlisted: guest_failure::unlisted(posts),
            code_43_statement: complaint::code_43(texts.pasted, &solved),
            good_news: Vec::new(),
            symptoms,
            statements,
            situation: situation::read(posts),
            attempts: attempts::read(posts),
            device_kind: device_kind::read(posts),
            done: done::read(posts),
            rebuilt: rebuilt(texts, settings, logged),
            explanations: causes::read(posts),
            named_card: named_cards::read(posts),
            stated_facts: StatedFacts::default(),
            driver_first: driver_first::read(posts, &solved, settings),
            quoted_options: quoted_options::read(texts.all, settings),
            images: images::read(texts.pasted),
            stated_isolation: stated_isolation::read(posts, texts.all, devices),
            solved,
        };
        words.guide = guide::read(posts, words.report_failure(logged));
        if words.guide.is_none() {
            words.good_news = good_news::read(posts);
            words.complaint = complaint::read(texts.pasted, &words.solved);
        }
        words
    }

    /// Whether sentences or messages report a failure.
    pub(in crate::host) fn report_failure(&self, logged: &[LogMessage]) -> bool {
        !self.symptoms.is_empty()
            || self.guest_failure.is_some()
            || self.code_43_statement.is_some()
            || logged
                .iter()
                .any(|known| known.message.verdict.is_problem())
    }

    /// Whether a listing in the guest lacks the device, and no other sentence says that the guest has it.
    pub(crate) fn is_unlisted(&self) -> bool {
        let failure = self.guest_failure.as_ref().map(|one| one.value);
        let is_absent = failure.is_none_or(|failure| failure == GuestFailure::DeviceNotSeen);
        let mut news = self.good_news.iter();
        self.unlisted.is_some() && is_absent && !news.any(GoodNews::is_current)
    }

    /// The name of the only hypervisor that sentences name.
    pub(crate) fn named_hypervisor(&self) -> Option<&'static str> {
        let named = self.hypervisor.as_ref()?;
        system_markers::name(named.value)
    }
}

/// The settings that the next boot has.
fn rebuilt(texts: &Texts<'_>, settings: &Settings, logged: &[LogMessage]) -> Rebuilt {
    let configured = settings
        .kernel_options
        .iter()
        .map(|option| &option.evidence);
    let modules = settings.modprobe.directives().iter();
    let modules: Vec<Evidence> = modules.map(|located| located.evidence()).collect();
    let lines: Vec<&Evidence> = configured.chain(&modules).collect();
    Rebuilt::read(texts.all, logged, &texts.posts, &lines)
}
