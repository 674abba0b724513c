# In nixpkgs: `callPackage ./package.nix { }`; from a checkout: `nix-build packaging/nix`.
{
  lib,
  rustPlatform,
  installShellFiles,
  src ? ../..,
}:

rustPlatform.buildRustPackage {
  pname = "passthru";
  version = (lib.importTOML (src + "/Cargo.toml")).workspace.package.version;
  inherit src;
  cargoLock.lockFile = src + "/Cargo.lock";
  cargoBuildFlags = [ "-p" "passthru" ];
  # The suite boots kernels and asks other programs.
  doCheck = false;

  nativeBuildInputs = [ installShellFiles ];
  postInstall = ''
    $out/bin/passthru generate man -o .
    installManPage passthru*.1
    for shell in bash zsh fish; do
      $out/bin/passthru generate completions $shell > passthru.$shell
    done
    installShellCompletion passthru.{bash,zsh,fish}
  '';

  meta = {
    description = "Diagnose and plan PCI passthrough";
    homepage = (lib.importTOML (src + "/Cargo.toml")).workspace.package.repository;
    license = with lib.licenses; [ mit asl20 ];
    platforms = [ "x86_64-linux" "aarch64-linux" ];
    mainProgram = "passthru";
  };
}
