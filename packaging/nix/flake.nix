# `nix run DIR/packaging/nix`, of a checkout.
{
  description = "Diagnose and plan PCI passthrough";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" ];
      each = f: nixpkgs.lib.genAttrs systems (system: f nixpkgs.legacyPackages.${system});
    in
    {
      packages = each (pkgs: rec {
        passthru = pkgs.callPackage ./package.nix { };
        default = passthru;
      });
    };
}
