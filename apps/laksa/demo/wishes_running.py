"""Aspirations of the demo that are on their way: new, asked back, verified, at agencies, answered, late."""

from __future__ import annotations

from apps.laksa.demo.wish import Wish

NEW = [
    Wish(
        0.15, "angkutan", "new", "Bus malam untuk pekerja pabrik Pasar Kemis",
        "Selesai kerja pukul sebelas malam sudah tidak ada angkutan. Mohon satu bus malam dari kawasan industri "
        "ke Cimone.",
    ),
    Wish(
        0.3, "kesehatan", "new", "Dokter gigi keliling untuk SD",
        "Banyak anak di sekolah kami giginya rusak dan orang tua tidak sempat ke puskesmas. Mohon ada dokter "
        "gigi keliling.",
        kind="suggestion",
    ),
    Wish(
        0.5, "layanan", "new", "Kapan loket akta lahir buka hari Sabtu?",
        "Saya bekerja Senin sampai Jumat. Apakah loket akta kelahiran akan buka pada hari Sabtu, dan di "
        "kecamatan mana?",
        kind="question",
    ),
    Wish(
        0.7, "wisata", "new", "Papan cerita di Kota Lama Pasar Baru",
        "Bangunan tua di Pasar Lama bagus-bagus, tetapi pengunjung tidak tahu ceritanya. Mohon dipasang papan cerita.",
        scene="pavement",
    ),
    Wish(
        0.9, "usaha", "new", "Promo pulsa murah untuk semua warga",
        "Dapatkan promo pulsa murah setiap hari. Daftarkan nomor Anda dan ajak sepuluh teman.",
    ),
    Wish(
        1.2, "pejalan", "new", "Trotoar Jalan Merdeka dipakai parkir motor",
        "Setiap sore trotoar depan ruko penuh motor, pejalan kaki dan kereta bayi turun ke jalan. Mohon dipasang "
        "penghalang.",
        kind="criticism", scene="pavement", visibility="anonymous",
    ),
    Wish(
        1.6, "kesehatan", "new", "Senam lansia di balai warga",
        "Mohon ada instruktur senam lansia seminggu sekali di balai warga kami. Pesertanya sudah 30 orang.",
    ),
]  # fmt: skip

LOOKED_AT = [
    Wish(
        3.2, "air", "changes", "Perbaiki saluran air",
        "Saluran air di tempat kami rusak dan bau. Mohon diperbaiki secepatnya karena mengganggu.",
        reason="Terima kasih. Mohon sebutkan kelurahan dan jalannya, serta apa yang Anda usulkan: dibersihkan, "
        "ditutup, "
        "atau diperlebar?",
    ),
    Wish(
        4.4, "sekolah", "changes", "Beasiswa",
        "Mohon beasiswa diperbanyak untuk anak-anak yang pintar tetapi tidak mampu di kota ini.",
        reason="Untuk jenjang apa? Kota sudah memberi beasiswa SD dan SMP; mohon tulis apa yang masih kurang "
        "menurut Anda.",
        visibility="anonymous",
    ),
    Wish(
        2.1, "wisata", "seen", "Festival Cisadane lebih banyak panggung seni lokal",
        "Tahun lalu panggung utama diisi artis ibu kota. Mohon sanggar lenong, gambang kromong, dan barongsai setempat "
        "diberi waktu utama.",
        7, said=("Sanggar kami siap tampil tanpa bayaran besar.", "Lenongnya jangan ditaruh siang hari, ya."),
        trouble="unfair",
    ),
    Wish(
        2.8, "kebersihan", "seen", "Tempat sampah terpilah di taman-taman kota",
        "Di taman hanya ada satu tong campur. Mohon tiga warna, dengan gambar supaya anak-anak paham.",
        4, kind="suggestion", scene="rubbish",
    ),
    Wish(
        3.6, "layanan", "seen", "Peta wifi gratis yang benar-benar menyala",
        "Titik wifi di peta banyak yang mati. Mohon peta menampilkan mana yang aktif hari ini.",
        3, kind="criticism",
    ),
    Wish(
        1.9, "kesehatan", "seen", "Ruang menyusui di terminal Poris Plawad",
        "Saya harus menyusui di mobil karena di terminal tidak ada ruang tertutup. Mohon disediakan, kecil pun "
        "tidak apa.",
        6, said=("Di stasiun sudah ada, di terminal seharusnya bisa.",),
        trouble="rude",
    ),
    Wish(
        2.5, "usaha", "seen", "Laporan pungutan di lapak kaki lima",
        "Ada pungutan harian tanpa karcis di lapak kami. Saya takut kalau nama saya diketahui. Mohon ditelusuri.",
        kind="criticism", visibility="secret",
    ),
]  # fmt: skip

AT_AGENCIES = [
    Wish(
        4.1, "angkutan", "disposed", "Tarif pelajar Rp1.000 untuk mikrotrans",
        "Ongkos sekolah dua anak saya sehari Rp20.000. Kalau tarif pelajar disamakan dengan BRT, kami sangat terbantu.",
        16, said=("Teman-teman sekelas saya semua setuju.", "Kartu pelajar bisa langsung dipakai, tidak perlu "
        "kartu baru."),
        news=("Daftar 14 sekolah yang dilewati mikrotrans sedang kami kumpulkan.",),
        trouble="rude",
    ),
    Wish(
        4.6, "pejalan", "disposed", "Jembatan penyeberangan yang bisa dilalui kereta bayi",
        "JPO di depan rumah sakit tangganya curam. Mohon diganti penyeberangan sebidang dengan lampu, atau "
        "diberi lift.",
        13, scene="pavement", said=("Saya mengantar ibu kontrol tiap bulan, selalu memutar jauh.",),
        trouble="advert",
    ),
    Wish(
        3.9, "kebersihan", "disposed", "Jemput sampah elektronik sebulan sekali",
        "Televisi dan baterai bekas menumpuk di rumah karena tidak tahu dibuang ke mana.",
        5, kind="suggestion",
    ),
    Wish(
        4.3, "sekolah", "several", "Rute aman ke sekolah di Karang Tengah",
        "Usul kami: trotoar, rambu zona sekolah, dan polisi cilik dalam satu paket untuk lima sekolah di Karang "
        "Tengah.",
        9, other="dishub", paper="Peta rute aman Karang Tengah.pdf",
        second="Rambu zona sekolah dan pembatas kecepatan dapat kami pasang di kelima sekolah dalam dua bulan.",
        said=("Semua komite sekolah sudah tanda tangan.",),
    ),
    Wish(
        2.9, "air", "several", "Kolam retensi dan taman air di Gaga",
        "Lahan rawa di Gaga lebih baik jadi kolam retensi yang sekaligus taman, supaya banjir berkurang dan ada tempat "
        "rekreasi.",
        6, other="disbudpar", scene="flood",
        second="Kami siap menata tepi kolam sebagai taman setelah bangunan airnya selesai.",
        trouble="unfair",
    ),
    Wish(
        3.4, "kesehatan", "disposed", "Ambulans siaga di tiap kecamatan",
        "Waktu ayah saya stroke ambulans baru datang setelah 50 menit. Mohon satu ambulans siaga per kecamatan.",
        11, visibility="anonymous",
    ),
    Wish(
        2.2, "usaha", "disposed", "Pelatihan jualan daring untuk pedagang pasar",
        "Pedagang pasar ingin belajar jualan daring, tetapi pelatihan selalu siang hari saat kami berjualan.",
        3, kind="suggestion",
    ),
    Wish(
        3.1, "layanan", "disposed", "Antrean KTP untuk penyandang tuli",
        "Nomor antrean hanya diumumkan dengan suara. Mohon ada layar, supaya kami yang tuli tidak terlewat.",
        8, kind="criticism",
    ),
]  # fmt: skip

ANSWERED = [
    Wish(
        25, "kebersihan", "answered", "Truk sampah lewat dua kali seminggu di Larangan",
        "Sampah di gang kami hanya diangkut seminggu sekali dan menumpuk di mulut gang.",
        9, kind="criticism", scene="rubbish",
        answer="Dua armada baru mulai bulan depan; Larangan Utara dan Selatan menjadi Senin dan Kamis. Jadwal "
        "kami tempel "
        "di pos RW.",
    ),
    Wish(
        35, "taman", "answered", "Lapangan basket Cibodas diberi atap",
        "Lapangan basket satu-satunya di Cibodas tidak bisa dipakai kalau hujan. Usul: atap ringan seperti di "
        "Karawaci.",
        7, answer="Fondasi lama tidak kuat menahan atap. Kami hitung ulang biayanya dan sampaikan hasilnya di sini.",
    ),
    Wish(
        18, "kesehatan", "answered", "Apakah imunisasi bisa di posyandu sore hari?",
        "Ibu bekerja tidak bisa datang pagi. Apakah posyandu dapat dibuka sore sekali sebulan?",
        4, kind="question",
        answer="Bisa. Mulai bulan ini 13 posyandu, satu per kecamatan, buka pada Jumat kedua pukul 15.00–17.30. "
        "Daftarnya "
        "kami lampirkan.",
    ),
    Wish(
        47, "wisata", "answered", "Perahu wisata Cisadane dari Pintu Air Sepuluh",
        "Tepi Cisadane sudah rapi. Perahu kecil dari Pintu Air Sepuluh ke Pasar Lama pasti menarik wisatawan.",
        14, answer="Kami uji kedalaman dan dermaga bersama balai sungai. Sampai ada hasilnya, belum ada izin perahu.",
        said=("Asal pelampungnya lengkap, saya dukung.", "Bisa sekalian untuk belajar anak sekolah."),
        news=("Komunitas kami sudah bertemu balai sungai pekan lalu.",),
    ),
    Wish(
        29, "angkutan", "answered_by_several", "Satu kartu untuk BRT, mikrotrans, dan parkir",
        "Setiap angkutan memakai kartu berbeda. Mohon satu kartu untuk semuanya.",
        15, other="diskominfo", kind="suggestion",
        answer="BRT dan mikrotrans memakai kartu yang sama mulai triwulan depan.",
        second="Sistem parkir menyusul; kami siapkan sambungannya ke kartu yang sama.",
    ),
    Wish(
        24, "air", "answered", "Peringatan banjir lewat pesan singkat",
        "Warga bantaran baru tahu banjir kalau air sudah di teras. Mohon pesan singkat saat tinggi air siaga tiga.",
        10, answer="Papan duga otomatis sudah ada di tiga titik. Pesan ke ketua RT mulai bulan depan, lalu ke "
        "warga yang "
        "mendaftar.",
        visibility="anonymous",
    ),
    Wish(
        16, "sekolah", "checking", "Kantin sehat di SDN Kedaung Wetan",
        "Jajanan di depan sekolah banyak yang tidak jelas. Mohon dibina kantin sehat di dalam sekolah.",
        4, answer="Tim kami bersama puskesmas mendata pedagang dan menyiapkan pelatihan.",
        done="Kantin dibuka dengan enam pedagang yang lulus pelatihan; daftar menu dan hasil uji makanan ditempel.",
    ),
    Wish(
        22, "penerangan", "returned", "Lampu di terowongan Tanah Tinggi",
        "Terowongan pejalan kaki gelap dan bau. Mohon lampu dan pembersihan rutin.",
        7, scene="lamp",
        answer="Lampu kami pasang bulan ini, pembersihan kami sepakati dengan DLH.",
        done="Enam lampu terpasang.", reason="Foto hanya memperlihatkan satu sisi terowongan. Mohon sisi barat juga.",
    ),
    Wish(
        15, "usaha", "postponed", "Relokasi pedagang Pasar Anyar setelah renovasi",
        "Kapan pedagang lama bisa kembali ke Pasar Anyar, dan bagaimana pembagian lapaknya?",
        6, kind="question",
        answer="Pembagian lapak diundi terbuka di depan perwakilan pedagang. Tanggalnya menunggu serah terima gedung.",
        reason="Menunggu serah terima gedung dari kontraktor.",
    ),
]  # fmt: skip

LATE = [
    Wish(
        6.3, "penerangan", "disposed", "Kurangi lampu iklan yang menyilaukan di Jalan Sudirman",
        "Layar iklan di simpang sangat terang pada malam hari dan menyilaukan pengendara.",
        4, kind="criticism",
    ),
    Wish(
        9.4, "pejalan", "disposed", "Jalur pemandu tunanetra di sekitar alun-alun",
        "Jalur kuning di trotoar alun-alun terputus oleh tiang dan pot. Kami tunanetra sering menabrak.",
        8, scene="pavement",
    ),
    Wish(
        18, "taman", "mayor", "Selamatkan pohon trembesi tua di Jalan Daan Mogot",
        "Tiga pohon trembesi berumur puluhan tahun diberi tanda silang. Mohon dipindahkan jalurnya, bukan pohonnya.",
        19, scene="tree", said=("Saya main di bawah pohon ini sejak kecil.", "Tolong dijawab, waktunya tinggal "
        "sedikit."),
        news=("Tanda silangnya bertambah satu pohon lagi pagi ini.",),
    ),
    Wish(
        22, "usaha", "disposed", "Sentra kuliner malam di Pasar Lama yang tertata",
        "Meja pedagang menutup jalan dan ambulans tidak bisa lewat. Mohon ditata: satu sisi saja, ada jalur darurat.",
        10, kind="suggestion",
    ),
    Wish(
        12.5, "layanan", "secret_late", "Sikap petugas saat pendataan bantuan",
        "Petugas pendataan meminta imbalan supaya nama kami masuk daftar. Saya simpan buktinya.",
        kind="criticism", visibility="secret",
    ),
]  # fmt: skip

ELSEWHERE = [
    Wish(
        42, "angkutan", "not_ours", "Kereta Tangerang–Duri lebih sering pada pagi hari",
        "Jam enam sampai delapan pagi kereta penuh sekali. Mohon jaraknya jadi lima menit.",
        11, reason="Jadwal kereta ditetapkan PT KAI. Aspirasi ini sudah kami sampaikan dalam rapat koordinasi bulanan.",
    ),
    Wish(
        34, "taman", "doubled", "Atap untuk lapangan basket Cibodas",
        "Tolong lapangan basket di Cibodas diberi atap supaya bisa latihan waktu hujan.", 1,
        reason="Sama dengan aspirasi yang sudah ada; dukungannya digabungkan.",
    ),
]  # fmt: skip
RUNNING = [*NEW, *LOOKED_AT, *AT_AGENCIES, *ANSWERED, *LATE, *ELSEWHERE]
