#!/bin/sh
qemu-system-x86_64 -machine q35 -m 8G \
  -device vfio-pci,host=01:00.0,multifunction=on,x-vga=on \
  -device '{"driver":"vfio-pci","host":"01:00.1"}'
