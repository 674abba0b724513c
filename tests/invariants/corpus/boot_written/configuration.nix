{ config, pkgs, ... }:
{
  imports = [ ./hardware-configuration.nix ];
  boot.kernelParams = [ "quiet" ];
}
