# Proxmox VE's own readers, from its sources: HYPERVISOR_SOURCES names the folder that
# has qemu-server, pve-common, pve-guest-common, pve-cluster and pve-storage, each as in
# its repository. Beside Perl they need these packages of Debian: libclone-perl
# libdevel-cycle-perl libfile-chdir-perl libhttp-message-perl libjson-xs-perl
# liblinux-inotify2-perl libnet-ip-perl libnet-ssleay-perl libnetaddr-ip-perl
# libtimedate-perl liburi-perl.
#
# A line on standard input is a word and a text in hex; the answer is a text in hex,
# or "refused: " and what Proxmox VE says.
#
#   config TEXT     /etc/pve/qemu-server/105.conf, strictly: what it writes again
#   pci TEXT        /etc/pve/mapping/pci.cfg: the entries, as JSON
#   mappings TEXT   the same, and further commands take their mappings from it
#   functions TEXT  further commands find these functions, one in a line, on the node pve1
#   models TEXT     /etc/pve/virtual-guest/cpu-models.conf, for further commands
#   command TEXT    the words that a configuration starts QEMU with, one in a line
use strict;
use warnings;

use JSON;

my $sources;

BEGIN {
    $sources = $ENV{HYPERVISOR_SOURCES} // die "no HYPERVISOR_SOURCES\n";
    my @parts = qw(qemu-server pve-common pve-guest-common pve-cluster pve-storage);
    unshift @INC, map {"$sources/$_/src"} @parts;

    # What reading needs not, such as the cluster's file system, is made up: modules
    # that are generated, native, or in further repositories.
    my $made_up = sub {
        my (undef, $file) = @_;
        (my $package = $file) =~ s{/}{::}g;
        $package =~ s{^(\w+(?:::\w+)*)\.pm$}{$1} or return;
        my $text = <<'END' =~ s/PACKAGE/$package/gr;
package PACKAGE;
our $VERSION = '1000';
our $AUTOLOAD;
sub import {
    no strict 'refs';
    my (undef, @names) = @_;
    my $to = caller;
    for my $name (map { s/^&//r } grep { /^&?\w+$/ } @names) {
        *{"${to}::$name"} = sub { return } if !defined(&{"${to}::$name"});
    }
}
sub AUTOLOAD { return $AUTOLOAD =~ /::new$/ ? bless({}, 'PACKAGE') : () }
1;
END
        open(my $handle, '<', \$text);
        return $handle;
    };
    push @INC, $made_up;
    unshift @INC, sub { $_[1] =~ m{^PVE/(Cluster|IPCC)\.pm$} ? $made_up->(@_) : undef };
}

# Warnings of its own at start.
{
    local $SIG{__WARN__} = sub { };
    # As many processors as a machine may ask for; the number is kept on loading.
    require PVE::ProcFSTools;
    my $cpuinfo = \&PVE::ProcFSTools::read_cpuinfo;
    *PVE::ProcFSTools::read_cpuinfo = sub { return { $cpuinfo->()->%*, cpus => 1024 } };
    require PVE::QemuServer;
    require PVE::Mapping::PCI;
}

# What the host is asked for when QEMU is started.
my @functions;
my $mappings = {};
my $models = {};
{
    no warnings qw(redefine once);
    *PVE::SysFSTools::lspci = sub {
        my ($prefix) = @_;
        $prefix = "0000:$prefix" if $prefix !~ /^[0-9a-f]{4,}:[^.:]+:/;
        return [map { { id => $_ } } grep {/^\Q$prefix\E/} @functions];
    };
    *PVE::Mapping::PCI::config = sub { $mappings };
    # It compares ids with the machine's sysfs, which has not these functions.
    *PVE::Mapping::PCI::assert_valid = sub { 1 };
    *PVE::INotify::nodename = sub {'pve1'};
    *PVE::QemuServer::nodename = sub {'pve1'};
    *PVE::Mapping::PCI::nodename = sub {'pve1'};
    for my $package (qw(PVE::QemuServer PVE::QemuServer::Helpers)) {
        no strict 'refs';
        *{"${package}::kvm_user_version"} = sub {'9.2.0'};
        *{"${package}::kvm_version"} = sub {1};
    }
    *PVE::QemuServer::Helpers::get_host_phys_address_bits = sub {46};
    *PVE::QemuServer::Memory::hugepages_chunk_size_supported = sub {1};
    *PVE::QemuServer::Memory::host_numanode_exists = sub {1};
    *PVE::QemuServer::OVMF::print_ovmf_commandline = sub { return ([], []) };
    *PVE::Tools::next_vnc_port = sub {5900};
    *PVE::Tools::next_spice_port = sub {61000};
    *PVE::Tools::get_host_address_family = sub {2};
    *PVE::Tools::getaddrinfo_all = sub { return ({ addr => "" }) };
    *PVE::Network::addr_to_ip = sub {"127.0.0.1"};
    *PVE::QemuServer::CPUConfig::load_custom_cpu_model_config = sub { return $models };
}

sub strictly {
    my ($text) = @_;
    my $config = PVE::QemuServer::parse_vm_config('/qemu-server/105.conf', $text, 1);
    delete $config->{digest};
    return $config;
}

sub mappings {
    my ($text) = @_;
    my $config = PVE::Mapping::PCI->parse_config('/etc/pve/mapping/pci.cfg', $text);
    my $errors = join '', map {"$_->{err}\n"} $config->{errors}->@*;
    die $errors if $errors;
    return $config;
}

my %answers = (
    config => sub {
        my ($text) = @_;
        return PVE::QemuServer::write_vm_config('/qemu-server/105.conf', strictly($text));
    },
    pci => sub {
        my ($text) = @_;
        return JSON->new->canonical->encode(mappings($text)->{ids});
    },
    mappings => sub {
        my ($text) = @_;
        $mappings = mappings($text);
        return '';
    },
    models => sub {
        my ($text) = @_;
        $models = PVE::QemuServer::CPUConfig->parse_config('cpu-models.conf', $text);
        return '';
    },
    functions => sub {
        my ($text) = @_;
        @functions = split /\n/, $text;
        return '';
    },
    command => sub {
        my ($text) = @_;
        my $config = strictly($text);
        my $defaults = PVE::QemuServer::load_defaults();
        my ($command) = PVE::QemuServer::config_to_command(
            { ids => {} }, 105, $config, $defaults, { 'dry-run' => 1 });
        return join '', map {"$_\n"} $command->@*;
    },
);

$| = 1;
while (my $line = <STDIN>) {
    my ($word, $hex) = $line =~ /^(\w+) ([0-9a-f]*)$/ or die "no question: $line";
    my $warnings = '';
    my $answer = eval {
        local $SIG{__WARN__} = sub { $warnings .= join('', @_) };
        $answers{$word}->(pack('H*', $hex));
    };
    # What it warns of is passed over there, and would be missed here.
    if (my $error = $@ || $warnings) {
        $error =~ s/\s+/ /g;
        print "refused: $error\n";
    } else {
        utf8::encode($answer) if utf8::is_utf8($answer);
        print unpack('H*', $answer), "\n";
    }
}
