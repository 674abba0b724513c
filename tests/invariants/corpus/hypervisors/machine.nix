{ boot.kernelParams = [ "iommu=pt" ]; }
