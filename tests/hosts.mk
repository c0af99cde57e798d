# Several hosts, driven by Ansible: takes root, ansible-core and an OpenSSH server, and is passed over with a word where they are missing.
hosts: all
	@BERTH_BIN='$(CURDIR)/$(BIN)' tests/run tests/hosts/hosts.t

.PHONY: hosts
