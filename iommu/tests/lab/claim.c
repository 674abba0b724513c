/* Claims IOMMU groups as a program that assigns devices does (linux/vfio.h), and
 * prints what the kernel says of each: `vfio N viable claimed`, or `vfio N
 * not-viable ERRNO` with the error of the claim. */
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	for (int at = 1; at < argc; at++) {
		const char *group = strrchr(argv[at], '/') + 1;
		struct vfio_group_status status = { .argsz = sizeof(status) };
		int container = open("/dev/vfio/vfio", O_RDWR);
		int fd = open(argv[at], O_RDWR);
		if (container < 0 || fd < 0 || ioctl(fd, VFIO_GROUP_GET_STATUS, &status) < 0) {
			printf("vfio %s unknown %s\n", group, strerrorname_np(errno));
			continue;
		}
		int refused = ioctl(fd, VFIO_GROUP_SET_CONTAINER, &container) < 0 ? errno : 0;
		printf("vfio %s %s %s\n", group,
		       status.flags & VFIO_GROUP_FLAGS_VIABLE ? "viable" : "not-viable",
		       refused ? strerrorname_np(refused) : "claimed");
		close(fd);
		close(container);
	}
	return 0;
}
