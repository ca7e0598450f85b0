package python

import (
	"strconv"

	"restage/analysis/lazyregexp"
)

// imageUsers are the users that the images of Debian, Ubuntu and Alpine come
// with (Debian's base-passwd, https://salsa.debian.org/debian/base-passwd;
// Alpine's alpine-baselayout; "ubuntu" since Ubuntu 23.04).
const imageUsers = `
	root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats _apt nobody ubuntu
	adm shutdown halt operator ftp sshd ntp cron at squid xfs cyrus vpopmail smmsp guest postmaster svn`

// userName is what useradd of Debian and adduser of Alpine take for a name.
var userName = lazyregexp.New(`^[a-z_][a-z0-9_-]{0,30}$`)

// NewUser says whether a name can be given to a new user in an image of Debian,
// Ubuntu or Alpine: it is well formed, and nobody there has it.
func NewUser(name string) bool { return userName.MatchString(name) && !listed(imageUsers, name) }

// UserID says whether a number, in decimal, can be that of a new user: it is
// none of those that distributions reserve (Debian Policy 9.2.2,
// https://www.debian.org/doc/debian-policy/ch-opersys.html#uid-and-gid-classes).
func UserID(text string) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n >= 1000 && n <= 59999 && strconv.Itoa(n) == text
}
