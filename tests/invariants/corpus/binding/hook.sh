#!/bin/sh
PREREQS=""
case $1 in prereqs) echo "$PREREQS"; exit 0;; esac
for DEV in 0000:01:00.0; do echo vfio-pci > /sys/bus/pci/devices/$DEV/driver_override; done
modprobe -i vfio-pci
