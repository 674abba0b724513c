#!/bin/bash
modprobe -r nouveau
