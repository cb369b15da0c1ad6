LISTEN txmon;
