{ config, pkgs, ... }:

{
  imports =
    [ # What the installer found out about the hardware.
      ./hardware-configuration.nix
    ];

  boot.loader.systemd-boot.enable = true;
  boot.loader.efi.canTouchEfiVariables = true;
  boot.kernelParams = [ "quiet" "amd_iommu=on" ];

  networking.hostName = "desk";
  virtualisation.libvirtd.enable = true;

  environment.interactiveShellInit = ''
    alias passed="lspci -nnk | grep -A2 vfio"  # ]; }
  '';

  system.stateVersion = "24.05";
}
