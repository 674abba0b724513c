class Passthru < Formula
  desc "Diagnose and plan PCI passthrough"
  homepage "@repository@"
  url "@repository@/releases/download/v@version@/passthru-@version@.tar.gz"
  sha256 "@sha256@"
  license any_of: ["MIT", "Apache-2.0"]

  depends_on "rust" => :build

  def install
    system "cargo", "install", *std_cargo_args(path: "passthru")
    system bin/"passthru", "generate", "man", "-o", buildpath
    man1.install Dir["passthru*.1"]
    generate_completions_from_executable(bin/"passthru", "generate", "completions")
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/passthru --version")
  end
end
